import { Button, NumberInput } from '@mantine/core'
import { Card, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { EnergySetup } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { useChangeEnergySite } from './energy-queries.ts'

const words = energyPageTexts.site

/** What else the electricity of a plant depends on. */
export function EnergySiteCard({ setup: { site }, mayWrite }: { setup: EnergySetup; mayWrite: boolean }) {
  const change = useChangeEnergySite()
  const [base, setBase] = useState<number | string>(site.baseLoadKw)
  const [carbon, setCarbon] = useState<number | string>(site.carbonGramsPerKwh ?? '')
  const [peak, setPeak] = useState<number | string>(site.peakReachedKw)

  function save(event: SubmitEvent) {
    event.preventDefault()
    change.mutate({
      siteId: site.siteId,
      baseLoadKw: Number(base),
      carbonGramsPerKwh: carbon === '' ? null : Number(carbon),
      peakReachedKw: Number(peak),
    })
  }

  const usual = { size: 'xs', min: 0, readOnly: !mayWrite } as const
  return (
    <Card title={words.title}>
      <form className={classes.form} onSubmit={save}>
        <NumberInput {...usual} label={words.base} description={words.baseHint} value={base} onChange={setBase} />
        <NumberInput
          {...usual}
          label={words.carbon}
          description={words.carbonHint}
          value={carbon}
          onChange={setCarbon}
        />
        <NumberInput {...usual} label={words.peak} description={words.peakHint} value={peak} onChange={setPeak} />
        {mayWrite && (
          <div>
            <Button size="xs" type="submit" variant="default" loading={change.isPending}>
              {words.save}
            </Button>{' '}
            <span role="status" className="small second">
              {change.isSuccess ? words.saved : ''}
            </span>
          </div>
        )}
      </form>
      <ProblemAlert error={change.error} />
    </Card>
  )
}
