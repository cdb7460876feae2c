import { Button, Chip, NumberInput, TextInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions, ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { Tariff } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { useSaveTariff } from './energy-queries.ts'
import { EMPTY_STEP, formOf, type StepForm, tariffOf } from './tariff-form.ts'

const words = energyPageTexts.tariffs
const STEPS_MAX = 40

interface TariffDialogProps {
  readonly siteId: string
  readonly currency: string
  /** The one that is changed; a new one without. */
  readonly tariff: Tariff | undefined
  readonly onClose: () => void
}

/** A tariff with its hours of the week. */
export function TariffDialog({ siteId, currency, tariff, onClose }: TariffDialogProps) {
  const save = useSaveTariff()
  const [form, setForm] = useState(() => formOf(tariff))
  const [isTried, setTried] = useState(false)
  const typed = tariffOf(form, siteId as EquipmentId)
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const setStep = (place: number, change: Partial<StepForm>) =>
    set({ steps: form.steps.map((step, index) => (index === place ? { ...step, ...change } : step)) })

  function send(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (typed) save.mutate({ id: tariff?.id, tariff: typed }, { onSuccess: onClose })
  }

  return (
    <Dialog wide title={tariff ? words.editName(tariff.name) : words.add} onClose={onClose}>
      <form className={classes.body} onSubmit={send} noValidate>
        <div className={classes.form}>
          <TextInput
            label={words.name}
            value={form.name}
            maxLength={60}
            onChange={(e) => set({ name: e.target.value })}
          />
          <TextInput
            label={words.from}
            type="date"
            value={form.validFrom}
            onChange={(e) => set({ validFrom: e.target.value })}
          />
          <TextInput
            label={words.to}
            description={words.toHint}
            type="date"
            value={form.validTo}
            onChange={(e) => set({ validTo: e.target.value })}
          />
          <NumberInput
            label={words.otherwiseLabel(currency)}
            value={form.otherwise}
            step={0.01}
            onChange={(otherwise) => set({ otherwise })}
          />
          <NumberInput label={words.peakLabel(currency)} value={form.peak} min={0} onChange={(peak) => set({ peak })} />
          <NumberInput
            label={words.spotLabel(currency)}
            description={words.spotHint}
            value={form.spot}
            step={0.01}
            onChange={(spot) => set({ spot })}
          />
        </div>
        {form.steps.map((step, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name of its own while it is typed
          <fieldset key={place} className={classes.step}>
            <legend>{step.name || words.newStep(place + 1)}</legend>
            <div className={classes.form}>
              <TextInput
                size="xs"
                label={words.name}
                value={step.name}
                maxLength={40}
                onChange={(e) => setStep(place, { name: e.target.value })}
              />
              <TextInput
                size="xs"
                type="time"
                label={words.start}
                value={step.start}
                onChange={(e) => setStep(place, { start: e.target.value })}
              />
              <TextInput
                size="xs"
                type="time"
                label={words.end}
                value={step.end === '24:00' ? '00:00' : step.end}
                onChange={(e) => setStep(place, { end: e.target.value })}
              />
              <NumberInput
                size="xs"
                label={words.price}
                value={step.price}
                step={0.01}
                onChange={(price) => setStep(place, { price })}
              />
            </div>
            <Row>
              <Chip.Group multiple value={[...step.weekdays]} onChange={(weekdays) => setStep(place, { weekdays })}>
                <fieldset aria-label={words.weekdays} className={classes.days}>
                  {words.days.map((day, index) => (
                    <Chip key={day} size="xs" value={String(index + 1)}>
                      {day}
                    </Chip>
                  ))}
                </fieldset>
              </Chip.Group>
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => set({ steps: form.steps.filter((_, index) => index !== place) })}
              >
                {words.removeStep(step.name || words.newStep(place + 1))}
              </Button>
            </Row>
          </fieldset>
        ))}
        <Row>
          <Button
            size="xs"
            variant="default"
            disabled={form.steps.length >= STEPS_MAX}
            onClick={() => set({ steps: [...form.steps, EMPTY_STEP] })}
          >
            {words.addStep}
          </Button>
        </Row>
        {isTried && !typed && <p role="alert">{words.invalid}</p>}
        <ProblemAlert error={save.error} />
        <FormActions submit={words.save} isPending={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
