import { FileInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import { demandTexts as words } from './demand-texts.ts'
import classes from './planning.module.css'
import { useDemandImport } from './requirement-queries.ts'

/** Takes over a file of demand. */
export function DemandFileDialog({ siteId, onClose }: { readonly siteId: string; readonly onClose: () => void }) {
  const take = useDemandImport()
  const [file, setFile] = useState<File | null>(null)
  async function send(event: SubmitEvent) {
    event.preventDefault()
    if (file) take.mutate({ siteId: siteId as EquipmentId, csv: await file.text() })
  }
  return (
    <Dialog title={words.file} onClose={onClose}>
      <form className={classes.form} onSubmit={(event) => void send(event)}>
        <FileInput
          label={words.chooseFile}
          description={words.fileHint}
          accept=".csv,text/csv"
          value={file}
          onChange={setFile}
        />
        <ProblemAlert error={take.error} />
        {take.data && <p role="status">{words.taken(take.data.added, take.data.changed)}</p>}
        <FormActions submit={words.take} isPending={take.isPending} isDisabled={!file} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
