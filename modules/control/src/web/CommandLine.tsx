import { formatQuantity, StepLine } from '@millrace/ui'
import type { Command } from '../contract.ts'
import { failureText, stepsOf } from './command-line.ts'
import { texts } from './texts.ts'

interface CommandLineProps {
  readonly command: Command
  readonly timeZone: string
  /** When the outcome was measured; null while it is awaited, undefined where none is measured. */
  readonly measuredAtMs?: number | null
}

/** A command's way to the machine and back, step by step. */
export function CommandLine({ command, timeZone, measuredAtMs }: CommandLineProps) {
  const readBack =
    command.readBackValue === null
      ? undefined
      : texts.commands.readBack(formatQuantity(command.readBackValue, command.unit ?? ''))
  return (
    <StepLine steps={stepsOf(command, measuredAtMs)} timeZone={timeZone} detail={failureText(command) ?? readBack} />
  )
}

/** `Feed override 100 % → 85 %`. */
export function commandText({ setPointTitle, previousValue, value, unit }: Command): string {
  const after = formatQuantity(value, unit ?? '')
  if (previousValue === null) return texts.commands.set(setPointTitle, after)
  return texts.commands.change(setPointTitle, formatQuantity(previousValue, unit ?? ''), after)
}
