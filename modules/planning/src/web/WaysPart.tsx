import { Button } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { EmptyState, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import { gridKey, gridPair, MinutesGrid } from './MinutesGrid.tsx'
import type { PartProps } from './ResourcesPage.tsx'
import { useSaveTransports } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import { Saved } from './Saved.tsx'

const words = texts.ways

/** How long it takes to bring work from one area to another. */
export function WaysPart({ siteId, tree, mayWrite, capacity }: PartProps) {
  const areas = (tree.childrenOf.get(siteId) ?? []).filter(({ level }) => level === 'area')
  const [minutes, setMinutes] = useState<ReadonlyMap<string, number>>(
    new Map(capacity.ways.map((way) => [gridKey(way.fromAreaId, way.toAreaId), way.minutes])),
  )
  const save = useSaveTransports()
  if (areas.length < 2) return <EmptyState>{words.none}</EmptyState>
  const ways = [...minutes].flatMap(([key, value]) => {
    const [fromAreaId, toAreaId] = gridPair(key) as [EquipmentId, EquipmentId]
    return value > 0 ? [{ fromAreaId, toAreaId, minutes: value }] : []
  })
  return (
    <>
      <p className="second">{words.note}</p>
      <MinutesGrid
        {...{ label: words.grid, corner: words.from, minutes, cellLabel: words.cell, mayWrite }}
        items={areas.map(({ id, name }) => ({ id, name }))}
        onChange={setMinutes}
      />
      <ProblemAlert error={save.error} />
      <Saved when={save.isSuccess} />
      {mayWrite && (
        <Row>
          <Button
            {...{ size: 'xs', variant: 'filled', loading: save.isPending }}
            onClick={() => save.mutate({ siteId: siteId as EquipmentId, ways })}
          >
            {texts.save}
          </Button>
        </Row>
      )}
    </>
  )
}
