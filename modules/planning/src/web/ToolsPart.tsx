import { Button, NumberInput, TextInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { DataTable, Dialog, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import type { NewTool, Tool } from '../resource-contract.ts'
import type { PartProps } from './ResourcesPage.tsx'
import { useRemoveTool, useSaveTool } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { Saved } from './Saved.tsx'

const words = texts.tools

/** Moulds, fixtures and gauges, with the products that need them. */
export function ToolsPart({ siteId, mayWrite, capacity, products }: PartProps) {
  const [edited, setEdited] = useState<Tool | 'new'>()
  const save = useSaveTool()
  const remove = useRemoveTool()
  const usesOf = (tool: Tool) =>
    products
      .filter(({ steps }) => steps.some(({ tools = [] }) => tools.some(({ toolId }) => toolId === tool.id)))
      .map(({ code }) => code)
      .join(', ')
  return (
    <>
      {mayWrite && (
        <Row>
          <Button size="xs" variant="filled" onClick={() => setEdited('new')}>
            {words.add}
          </Button>
        </Row>
      )}
      <ProblemAlert error={remove.error} />
      <Saved when={save.isSuccess || remove.isSuccess} />
      <DataTable
        rows={capacity.tools}
        rowKey={({ id }) => id}
        label={words.label}
        empty={words.empty}
        columns={[
          {
            header: words.name,
            phone: 'title',
            cell: (tool) =>
              mayWrite ? (
                <Button size="compact-sm" variant="subtle" onClick={() => setEdited(tool)}>
                  {tool.name}
                </Button>
              ) : (
                tool.name
              ),
          },
          { header: words.count, phone: 'value', numeric: true, cell: ({ count }) => count },
          { header: words.uses, phone: 'detail', cell: (tool) => usesOf(tool) || words.none },
        ]}
      />
      {edited && (
        <ToolDialog
          tool={edited === 'new' ? undefined : edited}
          siteId={siteId as EquipmentId}
          error={save.error ?? remove.error}
          onClose={() => setEdited(undefined)}
          onSave={(tool) =>
            save.mutate(
              { id: edited === 'new' ? undefined : edited.id, tool },
              { onSuccess: () => setEdited(undefined) },
            )
          }
          onRemove={() => edited !== 'new' && remove.mutate(edited.id, { onSuccess: () => setEdited(undefined) })}
        />
      )}
    </>
  )
}

interface ToolDialogProps {
  readonly tool: Tool | undefined
  readonly siteId: EquipmentId
  readonly error: Error | null
  readonly onClose: () => void
  readonly onSave: (tool: NewTool) => void
  readonly onRemove: () => void
}

function ToolDialog({ tool, siteId, error, onClose, onSave, onRemove }: ToolDialogProps) {
  const [name, setName] = useState(tool?.name ?? '')
  const [count, setCount] = useState<number | string>(tool?.count ?? 1)
  const [isTried, setTried] = useState(false)
  const isWhole = name.trim() !== '' && typeof count === 'number' && count >= 1
  return (
    <Dialog title={tool?.name ?? words.add} onClose={onClose}>
      <div className={classes.form}>
        <TextInput label={words.name} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />
        <NumberInput
          {...{ label: words.count, value: count, min: 1, max: 1000, allowDecimal: false }}
          onChange={setCount}
        />
        {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
        <ProblemAlert error={error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          {tool && (
            <Button variant="default" onClick={onRemove}>
              {texts.remove}
            </Button>
          )}
          <Button
            variant="filled"
            onClick={() => {
              setTried(true)
              if (isWhole) onSave({ siteId, name: name.trim(), count: Number(count) })
            }}
          >
            {texts.save}
          </Button>
        </Row>
      </div>
    </Dialog>
  )
}
