import { Button } from '@mantine/core'
import { isProblem } from '@millrace/base'
import { Dialog, saveBlob, saveText } from '@millrace/ui'
import { type ReactNode, useState } from 'react'
import type { Desk } from './Desk.ts'
import classes from './gantt.module.css'
import type { GanttPlan } from './model.ts'
import { planToSheet, sheetCsv } from './plan-sheet.ts'
import { printedPlan } from './print-plan.ts'
import { type SheetMoves, sheetToMoves } from './sheet-moves.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'

interface FilesProps {
  readonly name: string
  readonly plan: GanttPlan
  readonly store: GanttStore
  readonly desk: Desk
}

/** Errors that are listed; the file is mended and read again anyway. */
const SHOWN_LIMIT = 50

/** The plan as files: saved, printed, and read back after somebody moved things in Excel. */
export function useFiles({ name, plan, store, desk }: FilesProps) {
  const [read, setRead] = useState<SheetMoves>()

  const failed = (error: unknown) => store.say(isProblem(error) ? error.message : texts.refusals.failed, true)
  const saveExcel = async () => {
    try {
      // The library is only loaded by whoever uses it.
      const { writeExcel } = await import('./excel-file.ts')
      saveBlob(`${name}.xlsx`, await writeExcel(name, planToSheet(plan)))
    } catch (error) {
      failed(error)
    }
  }
  const readExcel = async (file: File | null) => {
    if (!file) return
    try {
      const { readExcel: cellsOf } = await import('./excel-file.ts')
      setRead(sheetToMoves(plan, cellsOf(new Uint8Array(await file.arrayBuffer()))))
    } catch (error) {
      failed(error)
    }
  }
  const make = async (moves: SheetMoves) => {
    setRead(undefined)
    for (const edit of moves.edits) await desk.run(edit)
  }
  const dialog: ReactNode = read && (
    <Dialog title={texts.sheet.title} onClose={() => setRead(undefined)} wide>
      <p>{read.changedCount > 0 ? texts.sheet.found(read.changedCount) : texts.sheet.nothing}</p>
      {read.errors.length > 0 && (
        <>
          <p>{texts.sheet.errors(read.errors.length)}</p>
          <ul className={classes.errors}>
            {read.errors.slice(0, SHOWN_LIMIT).map(({ row, column, text }) => (
              <li key={`${row} ${column}`}>
                <b>{texts.sheet.row(row)}</b>
                <span>
                  {column !== '' && `${column}: `}
                  {text}
                </span>
              </li>
            ))}
          </ul>
          {read.errors.length > SHOWN_LIMIT && <p>{texts.list.more(read.errors.length - SHOWN_LIMIT)}</p>}
        </>
      )}
      <div className={classes.dialogEnd}>
        <Button onClick={() => setRead(undefined)}>{texts.sheet.cancel}</Button>
        {read.changedCount > 0 && (
          <Button variant="filled" onClick={() => void make(read)}>
            {read.errors.length > 0 ? texts.sheet.makeOthers : texts.sheet.make}
          </Button>
        )}
      </div>
    </Dialog>
  )
  return {
    dialog,
    saveCsv: () => saveText(`${name}.csv`, sheetCsv(planToSheet(plan))),
    saveExcel: () => void saveExcel(),
    readExcel: (file: File | null) => void readExcel(file),
    print: () => {
      const printed = printedPlan(store.state, name, navigator.language)
      document.body.append(printed)
      window.addEventListener('afterprint', () => printed.remove(), { once: true })
      window.print()
    },
  }
}
