import { Button, NumberInput, TagsInput, TextInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { DataTable, Dialog, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import type { NewOperatorGroup, OperatorGroup } from '../contract.ts'
import type { PartProps } from './ResourcesPage.tsx'
import { useRemoveGroup, useSaveGroup } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import classes from './resources.module.css'
import { Saved } from './Saved.tsx'

const words = texts.people

/** Groups of people, and how many of each a shift has. */
export function PeoplePart({ siteId, tree, mayWrite, capacity }: PartProps) {
  const [edited, setEdited] = useState<OperatorGroup | 'new'>()
  const save = useSaveGroup()
  const remove = useRemoveGroup()
  const shifts = [...new Set(tree.byId.get(siteId)?.site?.shifts.map(({ name }) => name))]
  const countOf = ({ headcounts }: OperatorGroup, shift: string) =>
    headcounts.find((one) => one.shift === shift)?.count ?? 0
  return (
    <>
      {mayWrite && (
        <Row>
          <Button size="xs" variant="filled" onClick={() => setEdited('new')}>
            {words.add}
          </Button>
        </Row>
      )}
      <Saved when={save.isSuccess || remove.isSuccess} />
      <DataTable
        rows={capacity.groups}
        rowKey={({ id }) => id}
        label={words.label}
        empty={words.empty}
        columns={[
          {
            header: words.name,
            phone: 'title',
            cell: (group) =>
              mayWrite ? (
                <Button size="compact-sm" variant="subtle" onClick={() => setEdited(group)}>
                  {group.name}
                </Button>
              ) : (
                group.name
              ),
          },
          { header: words.skills, phone: 'detail', cell: ({ skills }) => skills.join(', ') },
          ...shifts.map((shift) => ({
            ...{ header: shift, numeric: true, phone: 'value' as const },
            cell: (group: OperatorGroup) => countOf(group, shift),
          })),
        ]}
      />
      {edited && (
        <GroupDialog
          group={edited === 'new' ? undefined : edited}
          siteId={siteId as EquipmentId}
          shifts={shifts}
          error={save.error ?? remove.error}
          onClose={() => setEdited(undefined)}
          onSave={(group) =>
            save.mutate(
              { id: edited === 'new' ? undefined : edited.id, group },
              { onSuccess: () => setEdited(undefined) },
            )
          }
          onRemove={() => edited !== 'new' && remove.mutate(edited.id, { onSuccess: () => setEdited(undefined) })}
        />
      )}
    </>
  )
}

interface GroupDialogProps {
  readonly group: OperatorGroup | undefined
  readonly siteId: EquipmentId
  readonly shifts: readonly string[]
  readonly error: Error | null
  readonly onClose: () => void
  readonly onSave: (group: NewOperatorGroup) => void
  readonly onRemove: () => void
}

function GroupDialog({ group, siteId, shifts, error, onClose, onSave, onRemove }: GroupDialogProps) {
  const [name, setName] = useState(group?.name ?? '')
  const [skills, setSkills] = useState<string[]>(group?.skills ?? [])
  const [counts, setCounts] = useState<ReadonlyMap<string, number | string>>(
    new Map(shifts.map((shift) => [shift, group?.headcounts.find((one) => one.shift === shift)?.count ?? 0])),
  )
  const [isTried, setTried] = useState(false)
  const isWhole = name.trim() !== '' && skills.length > 0
  return (
    <Dialog title={group?.name ?? words.add} onClose={onClose}>
      <div className={classes.form}>
        <TextInput label={words.name} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />
        <TagsInput
          {...{ label: words.skills, description: words.skillsHint, value: skills, maxTags: 50 }}
          onChange={setSkills}
        />
        {shifts.map((shift) => (
          <NumberInput
            key={shift}
            {...{ label: words.headcount(shift), value: counts.get(shift) ?? 0, min: 0, max: 1000 }}
            allowDecimal={false}
            onChange={(value) => setCounts(new Map([...counts, [shift, value]]))}
          />
        ))}
        {group && <p className="second small">{words.removeText}</p>}
        {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
        <ProblemAlert error={error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          {group && (
            <Button variant="default" onClick={onRemove}>
              {texts.remove}
            </Button>
          )}
          <Button
            variant="filled"
            onClick={() => {
              setTried(true)
              const headcounts = [...counts].map(([shift, count]) => ({ shift, count: Number(count) || 0 }))
              if (isWhole) onSave({ siteId, name: name.trim(), skills, headcounts })
            }}
          >
            {texts.save}
          </Button>
        </Row>
      </div>
    </Dialog>
  )
}
