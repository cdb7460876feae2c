import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { EnergySetup, MachinePower } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { useSetPower } from './energy-queries.ts'

const words = energyPageTexts.machines

/** What a machine of which nothing is known draws. */
export function unknownPower(workUnitId: MachinePower['workUnitId']): MachinePower {
  return {
    ...{ workUnitId, processKw: 0, families: [], setupKw: 0, idleKw: 0, outsideKw: 0 },
    ...{ maySwitchOff: false, switchOnKwh: 0, switchOnMinutes: 0 },
  }
}

/** Says what a machine draws. */
export function PowerDialog({ machine, onClose }: { machine: EnergySetup['machines'][number]; onClose: () => void }) {
  const save = useSetPower()
  const [power, setPower] = useState(machine.power ?? unknownPower(machine.workUnitId))
  const set = (change: Partial<MachinePower>) => setPower({ ...power, ...change })
  const setFamily = (place: number, change: Partial<MachinePower['families'][number]>) =>
    set({ families: power.families.map((one, index) => (index === place ? { ...one, ...change } : one)) })

  function send(event: SubmitEvent) {
    event.preventDefault()
    const families = power.families.filter(({ family }) => family.trim() !== '')
    save.mutate({ ...power, families }, { onSuccess: onClose })
  }

  const number = (label: string, field: 'processKw' | 'setupKw' | 'idleKw' | 'outsideKw') => (
    <NumberInput label={label} min={0} value={power[field]} onChange={(value) => set({ [field]: Number(value) })} />
  )
  return (
    <Dialog title={words.editName(machine.name)} onClose={onClose}>
      <form className={classes.body} onSubmit={send}>
        <div className={classes.form}>
          {number(words.process, 'processKw')}
          {number(words.setup, 'setupKw')}
          {number(words.idle, 'idleKw')}
          {number(words.outside, 'outsideKw')}
        </div>
        <fieldset className={classes.step}>
          <legend>{words.families}</legend>
          {power.families.map(({ family, processKw }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a family has no name of its own while it is typed
            <div key={place} className={classes.form}>
              <TextInput
                size="xs"
                label={words.family}
                value={family}
                maxLength={60}
                onChange={(event) => setFamily(place, { family: event.target.value })}
              />
              <NumberInput
                size="xs"
                label={words.process}
                min={0}
                value={processKw}
                onChange={(value) => setFamily(place, { processKw: Number(value) })}
              />
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => set({ families: power.families.filter((_, index) => index !== place) })}
              >
                {words.removeFamily(family || words.family)}
              </Button>
            </div>
          ))}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => set({ families: [...power.families, { family: '', processKw: power.processKw }] })}
          >
            {words.addFamily}
          </Button>
        </fieldset>
        <Checkbox
          label={words.maySwitchOff}
          checked={power.maySwitchOff}
          onChange={(event) => set({ maySwitchOff: event.target.checked })}
        />
        {power.maySwitchOff && (
          <div className={classes.form}>
            <NumberInput
              label={words.switchOnKwh}
              description={words.switchOnKwhHint}
              min={0}
              value={power.switchOnKwh}
              onChange={(value) => set({ switchOnKwh: Number(value) })}
            />
            <NumberInput
              label={words.switchOnMinutes}
              min={0}
              max={1440}
              allowDecimal={false}
              value={power.switchOnMinutes}
              onChange={(value) => set({ switchOnMinutes: Number(value) })}
            />
          </div>
        )}
        <ProblemAlert error={save.error} />
        <FormActions submit={words.save} isPending={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
