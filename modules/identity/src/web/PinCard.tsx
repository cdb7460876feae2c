import { Card } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { permissionsQuery } from './administration-queries.ts'
import { OwnPin } from './OwnPin.tsx'
import { usePermissions } from './queries.ts'
import { texts } from './station-texts.ts'

/** The own PIN, for who has something to do at shared stations: more than to look at it. */
export function PinCard() {
  const held = usePermissions()
  const { data } = useQuery(permissionsQuery)
  const acts = data?.items.filter(({ station, kind }) => station && kind !== 'read') ?? []
  if (!acts.some(({ name }) => held.has(name))) return null
  return (
    <Card title={texts.pin.card} actions={<OwnPin />}>
      <p className="second">{texts.pin.cardNote}</p>
    </Card>
  )
}
