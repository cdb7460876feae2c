import { Select, TextInput } from '@mantine/core'
import { isProblem } from '@millrace/base'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import { codeTaken, type MaterialDefinition } from '../contract.ts'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { definitionTexts } from './definition-texts.ts'
import classes from './materials.module.css'
import { useSaveMaterial } from './queries.ts'
import { texts } from './texts.ts'

const words = definitionTexts.material

interface MaterialDialogProps {
  /** Undefined for a new one. */
  readonly material: MaterialDefinition | undefined
  readonly onClose: () => void
  readonly onSaved: (material: MaterialDefinition) => void
}

/** Says what a material is: its code, name, unit and kind. */
export function MaterialDialog({ material, onClose, onSaved }: MaterialDialogProps) {
  const [code, setCode] = useState(material?.code ?? '')
  const [name, setName] = useState(material?.name ?? '')
  const [unit, setUnit] = useState<MaterialDefinition['unit']>(material?.unit ?? 'pcs')
  const [kind, setKind] = useState<MaterialDefinition['kind']>(material?.kind ?? 'raw')
  const [isTried, setTried] = useState(false)
  const save = useSaveMaterial()
  const taken = isProblem(save.error, codeTaken) ? save.error.message : undefined
  const missing = (text: string, problem: string) => (isTried && text.trim() === '' ? problem : undefined)

  function submit(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const wish = { code: code.trim(), name: name.trim(), unit, kind }
    if (wish.code !== '' && wish.name !== '') save.mutate({ id: material?.id, material: wish }, { onSuccess: onSaved })
  }

  return (
    <Dialog title={material ? words.editTitle(material.name) : words.add} onClose={onClose}>
      <form className={classes.form} onSubmit={submit} noValidate>
        {material && <ChangedMeanwhile now={material} isSaving={save.isPending} />}
        <TextInput
          label={words.code}
          value={code}
          maxLength={60}
          data-autofocus
          error={missing(code, words.noCode) ?? taken}
          onChange={(e) => {
            setCode(e.target.value)
            save.reset()
          }}
        />
        <TextInput
          label={words.name}
          value={name}
          maxLength={120}
          error={missing(name, words.noName)}
          onChange={(e) => setName(e.target.value)}
        />
        <div className={classes.pair}>
          <Select
            label={words.unit}
            value={unit}
            allowDeselect={false}
            data={Object.entries(words.units).map(([value, label]) => ({ value, label }))}
            onChange={(value) => setUnit((value ?? unit) as typeof unit)}
          />
          <Select
            label={words.kind}
            value={kind}
            allowDeselect={false}
            data={Object.entries(texts.material.kinds).map(([value, label]) => ({ value, label }))}
            onChange={(value) => setKind((value ?? kind) as typeof kind)}
          />
        </div>
        {material && unit !== material.unit && <p role="status">{words.unitChanges(material.unit, unit)}</p>}
        {taken === undefined && <ProblemAlert error={save.error} />}
        <FormActions
          submit={material ? definitionTexts.save : words.addSave}
          isPending={save.isPending}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
