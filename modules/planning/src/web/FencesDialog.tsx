import { Button, NumberInput } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { usePlaceTree } from '@millrace/plant/web'
import { DataTable, Dialog, LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { Fence, Fences } from '../fence-contract.ts'
import { fencesQuery, useSetFences } from './fence-queries.ts'
import { fenceTexts as words } from './fence-texts.ts'
import classes from './planning.module.css'

interface FencesDialogProps {
  readonly siteId: string
  readonly mayChange: boolean
  readonly onClose: () => void
}

/** How long the near future of a plant and its parts is kept as it is. */
export function FencesDialog({ siteId, mayChange, onClose }: FencesDialogProps) {
  const { data, error } = useQuery(fencesQuery(siteId))
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <p>{words.intro}</p>
      <ProblemAlert error={error} />
      {data ? (
        <FencesForm siteId={siteId} fences={data} mayChange={mayChange} onClose={onClose} />
      ) : (
        <LinesSkeleton lines={6} />
      )}
    </Dialog>
  )
}

/** Hours as they are typed in; an empty text is no fence of its own. */
interface Hours {
  readonly frozen: number | string
  readonly slushy: number | string
}

const MINUTES = 60
const NONE: Hours = { frozen: '', slushy: '' }

function FencesForm({ siteId, fences, mayChange, onClose }: FencesDialogProps & { readonly fences: Fences }) {
  const tree = usePlaceTree()
  const save = useSetFences(siteId)
  const [isTried, setTried] = useState(false)
  const [hours, setHours] = useState<ReadonlyMap<string, Hours>>(
    () =>
      new Map(
        fences.items.map(({ placeId, frozenMinutes, slushyMinutes }) => [
          placeId as string,
          { frozen: frozenMinutes / MINUTES, slushy: slushyMinutes / MINUTES },
        ]),
      ),
  )
  const places = placesOf(tree, siteId)
  const items = places.map(({ id }) => fenceOf(id, hours.get(id) ?? NONE))
  const isWhole = !items.includes('invalid')
  const change = (id: string, part: Partial<Hours>) =>
    setHours(new Map(hours).set(id, { ...NONE, ...hours.get(id), ...part }))

  function send(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const whole = items.filter((one) => typeof one === 'object')
    if (isWhole) save.mutate(whole, { onSuccess: onClose })
  }

  const field = (id: string, part: keyof Hours, label: string, usual: number) => (
    <NumberInput
      size="xs"
      aria-label={label}
      placeholder={id === siteId ? String(usual / MINUTES) : words.asAround}
      readOnly={!mayChange}
      min={0}
      max={part === 'frozen' ? 336 : 672}
      decimalScale={2}
      value={hours.get(id)?.[part] ?? ''}
      onChange={(value) => change(id, { [part]: value })}
    />
  )

  return (
    <form className={classes.form} onSubmit={send} noValidate>
      <DataTable
        rows={places}
        rowKey={({ id }) => id}
        label={words.label}
        empty=""
        columns={[
          { header: words.place, phone: 'title', cell: ({ name }) => name },
          {
            header: words.frozen,
            phone: 'detail',
            width: '170px',
            cell: ({ id, name }) => field(id, 'frozen', words.frozenOf(name), fences.usual.frozenMinutes),
          },
          {
            header: words.slushy,
            phone: 'detail',
            width: '170px',
            cell: ({ id, name }) => field(id, 'slushy', words.slushyOf(name), fences.usual.slushyMinutes),
          },
        ]}
      />
      {!mayChange && <p className="second">{words.mayNot}</p>}
      {isTried && !isWhole && <p role="alert">{words.invalid}</p>}
      <ProblemAlert error={save.error} />
      <Row>
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        {mayChange && (
          <Button type="submit" variant="filled" loading={save.isPending}>
            {words.save}
          </Button>
        )}
      </Row>
    </form>
  )
}

/** A site with its areas and work centers, each after what it stands in. */
function placesOf(tree: ReturnType<typeof usePlaceTree>, id: string): { id: EquipmentId; name: string }[] {
  const place = tree.byId.get(id)
  if (!place || place.level === 'work-unit') return []
  return [place, ...(tree.childrenOf.get(id) ?? []).flatMap((child) => placesOf(tree, child.id))]
}

/** The fence of a place as it was typed in; nothing typed is none. */
function fenceOf(placeId: EquipmentId, { frozen, slushy }: Hours): Fence | undefined | 'invalid' {
  if (frozen === '' && slushy === '') return undefined
  if (typeof frozen !== 'number' || typeof slushy !== 'number' || slushy < frozen) return 'invalid'
  const minutes = (hours: number) => Math.round(hours * MINUTES)
  return { placeId, frozenMinutes: minutes(frozen), slushyMinutes: minutes(slushy) }
}
