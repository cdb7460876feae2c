import { Button, FileButton } from '@mantine/core'
import { Dialog, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import classes from './forecast.module.css'
import { useImportSales, usePreviewSales } from './forecast-queries.ts'
import { texts } from './forecast-texts.ts'

const words = texts.file

/** Reads a file of sales, says what it would do, and does it. */
export function SalesDialog({ siteId, onClose }: { siteId: string; onClose: () => void }) {
  const preview = usePreviewSales()
  const apply = useImportSales()
  const [csv, setCsv] = useState<string>()
  const reading = preview.data
  const isNew = reading !== undefined && reading.faultCount === 0 && reading.newWeeks + reading.changedWeeks > 0
  const choose = (file: File | null) => {
    if (!file) return
    void file.text().then((text) => {
      setCsv(text)
      apply.reset()
      preview.mutate({ siteId, csv: text })
    })
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p className="second">{words.hint}</p>
      <ProblemAlert error={preview.error ?? apply.error} />
      <div role="status">
        {reading && <p>{words.read(reading.rowCount, reading.productCount, reading.newWeeks, reading.changedWeeks)}</p>}
        {reading && reading.faultCount > 0 && <p>{words.faults(reading.faultCount)}</p>}
        {reading && reading.faultCount === 0 && !isNew && <p>{words.same}</p>}
      </div>
      {reading && reading.faults.length > 0 && (
        <ul className={classes.faults}>
          {reading.faults.map(({ line, sentence }) => (
            <li key={line}>{words.fault(line, sentence)}</li>
          ))}
        </ul>
      )}
      <Row>
        <FileButton accept="text/csv,.csv,.txt" onChange={choose}>
          {(button) => (
            <Button {...button} variant={isNew ? 'default' : 'filled'} loading={preview.isPending}>
              {csv === undefined ? words.choose : words.another}
            </Button>
          )}
        </FileButton>
        {isNew && csv !== undefined && (
          <Button
            variant="filled"
            loading={apply.isPending}
            onClick={() => apply.mutate({ siteId, csv }, { onSuccess: onClose })}
          >
            {words.apply}
          </Button>
        )}
        <Button variant="subtle" onClick={onClose}>
          {words.close}
        </Button>
      </Row>
    </Dialog>
  )
}
