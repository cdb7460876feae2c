import { Button, Checkbox, Select } from '@mantine/core'
import { useMayAt } from '@millrace/identity/web'
import type { EquipmentId } from '@millrace/plant/contract'
import { Card, DataTable, formatNumber, ProblemAlert, Row } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { weekNumber } from '../week-rules.ts'
import type { WeeklyCapacity, WeeklyLot } from '../weekly-capacity-contract.ts'
import { texts } from './capacity-texts.ts'
import { useLotOrders } from './forecast-queries.ts'

const ALL = ''
const keyOf = ({ productId, weekOn }: WeeklyLot) => `${productId} ${weekOn}`
/** What no order asks for yet. */
const openOf = ({ quantity, orderedQuantity }: WeeklyLot) => quantity - orderedQuantity

/** Lots by week; those that are chosen become production orders. */
export function LotTable({ siteId, capacity }: { siteId: string; capacity: WeeklyCapacity }) {
  const mayWrite = useMayAt('planning:order:write', siteId)
  const make = useLotOrders()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [product, setProduct] = useState(ALL)
  const products = new Map(capacity.lots.map(({ productId, productName }) => [productId as string, productName]))
  const lots = capacity.lots
    .filter(({ productId }) => product === ALL || productId === product)
    .toSorted((a, b) => a.weekOn.localeCompare(b.weekOn) || a.productName.localeCompare(b.productName))
  const picked = lots.filter((lot) => chosen.has(keyOf(lot)) && openOf(lot) > 0)
  const toggle = (lot: WeeklyLot) => {
    const next = new Set(chosen)
    if (!next.delete(keyOf(lot))) next.add(keyOf(lot))
    setChosen(next)
  }
  const submit = () =>
    make.mutate(
      {
        siteId: siteId as EquipmentId,
        lots: picked.map((lot) => ({ productId: lot.productId, weekOn: lot.weekOn, quantity: openOf(lot) })),
      },
      { onSuccess: () => setChosen(new Set()) },
    )
  return (
    <Card
      title={texts.lots}
      note={texts.lotsNote}
      actions={
        <Row>
          <Select
            size="xs"
            w={150}
            aria-label={texts.filter}
            value={product}
            allowDeselect={false}
            data={[{ value: ALL, label: texts.products }, ...[...products].map(([value, label]) => ({ value, label }))]}
            onChange={(value) => setProduct(value ?? ALL)}
          />
          {mayWrite && (
            <Button size="xs" variant="filled" disabled={picked.length === 0} loading={make.isPending} onClick={submit}>
              {texts.makeOrders(picked.length)}
            </Button>
          )}
        </Row>
      }
    >
      <ProblemAlert error={make.error} />
      <div role="status" className="second">
        {make.data && (
          <>
            {texts.made(make.data.items.map(({ number }) => number).join(', '))}{' '}
            <Link to="/planning/orders" search={{ site: siteId }}>
              {texts.toOrders}
            </Link>
          </>
        )}
      </div>
      <DataTable
        rows={lots}
        rowKey={keyOf}
        label={texts.lots}
        empty={texts.noLots}
        columns={[
          ...(mayWrite
            ? [
                {
                  header: texts.choose,
                  phone: 'hidden' as const,
                  width: '64px',
                  cell: (lot: WeeklyLot) =>
                    openOf(lot) > 0 && (
                      <Checkbox
                        size="xs"
                        aria-label={texts.chooseLot(lot.productName, weekNumber(lot.weekOn))}
                        checked={chosen.has(keyOf(lot))}
                        onChange={() => toggle(lot)}
                      />
                    ),
                },
              ]
            : []),
          { header: texts.weekColumn, phone: 'detail', cell: ({ weekOn }) => texts.week(weekNumber(weekOn)) },
          { header: texts.product, phone: 'title', cell: ({ productName }) => productName },
          {
            header: texts.make,
            numeric: true,
            phone: 'value',
            cell: ({ quantity }) => <b>{formatNumber(quantity, 0)}</b>,
          },
          { header: texts.ordered, numeric: true, cell: ({ orderedQuantity }) => amount(orderedQuantity) },
          { header: texts.wantedColumn, numeric: true, cell: ({ wantedQuantity }) => amount(wantedQuantity) },
          { header: texts.stock, numeric: true, cell: ({ stockQuantity }) => amount(stockQuantity) },
          {
            header: texts.owed,
            numeric: true,
            cell: ({ owedQuantity }) => owedQuantity > 0 && <b>{formatNumber(owedQuantity, 0)}</b>,
          },
          {
            header: texts.why,
            cell: ({ because, quantity, wantedQuantity }) =>
              because ?? (quantity > wantedQuantity && <span className="second">{texts.ahead}</span>),
          },
        ]}
      />
    </Card>
  )
}

/** Nothing is left out rather than a column of zeros. */
function amount(quantity: number): string {
  return quantity === 0 ? '' : formatNumber(quantity, 0)
}
