import { Button } from '@mantine/core'
import type { EquipmentId } from '@millrace/plant/contract'
import { equipmentQuery } from '@millrace/plant/web'
import { Card, DataTable, LinesSkeleton, ProblemAlert, Stacked, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { NewProduct, Product, ProductId } from '../contract.ts'
import { type ChosenSite, PlanningSite } from './PlanningSite.tsx'
import { productsQuery } from './queries.ts'
import { RoutingEditor } from './RoutingEditor.tsx'
import { capacityQuery, productUsesQuery } from './resource-queries.ts'
import { texts } from './resource-texts.ts'

const words = texts.routings

interface RoutingsSearch {
  readonly site?: string
  readonly product?: string
}

export const routingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/routings',
  validateSearch: ({ site, product }: Record<string, unknown>): RoutingsSearch => ({
    ...(typeof site === 'string' && { site }),
    ...(typeof product === 'string' && { product }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: RoutingsPage,
})

/** What a plant makes, and how: products with the steps of their routings. */
function RoutingsPage() {
  const { site, product } = routingsRoute.useSearch()
  const navigate = useNavigate()
  const go = (search: RoutingsSearch) => void navigate({ to: '/planning/routings', search, replace: true })
  return (
    <PlanningSite title={words.title} wanted={site} onChoose={(siteId) => go({ site: siteId })}>
      {(chosen) => (
        <Routings
          key={chosen.siteId}
          {...chosen}
          productId={product}
          onProduct={(id) => go({ site: chosen.siteId, ...(id !== undefined && { product: id }) })}
        />
      )}
    </PlanningSite>
  )
}

interface RoutingsProps extends ChosenSite {
  readonly productId: string | undefined
  readonly onProduct: (id: string | undefined) => void
}

/** A product that is not saved yet: a new one, or a copy. */
type Fresh = NewProduct & { readonly key: string }

function Routings({ siteId, tree, mayWrite, productId, onProduct }: RoutingsProps) {
  const products = useQuery(productsQuery(siteId))
  const uses = useQuery(productUsesQuery(siteId))
  const capacity = useQuery(capacityQuery(siteId))
  const [fresh, setFresh] = useState<Fresh>()
  const countOf = (id: ProductId) => uses.data?.items.find((one) => one.productId === id)?.openOrderCount ?? 0
  const chosen = products.data?.items.find(({ id }) => id === productId)
  const shown = fresh ?? chosen
  const start = (from: Partial<NewProduct>) => {
    onProduct(undefined)
    const blank = { siteId: siteId as EquipmentId, code: '', name: '', family: '', steps: [] }
    setFresh({ ...blank, ...from, key: crypto.randomUUID() })
  }
  return (
    <Stacked>
      <Card
        actions={
          mayWrite && (
            <Button size="xs" variant="filled" onClick={() => start({})}>
              {words.add}
            </Button>
          )
        }
      >
        <ProblemAlert error={products.error ?? uses.error ?? capacity.error} />
        {products.isPending && <LinesSkeleton lines={6} height={30} />}
        {products.data && (
          <DataTable
            rows={products.data.items}
            rowKey={({ id }) => id}
            label={words.label}
            empty={words.empty}
            columns={[
              {
                header: words.code,
                phone: 'title',
                cell: ({ id, code }) => (
                  <Button
                    size="compact-sm"
                    variant={id === productId ? 'light' : 'subtle'}
                    aria-pressed={id === productId}
                    onClick={() => {
                      setFresh(undefined)
                      onProduct(id)
                    }}
                  >
                    {code}
                  </Button>
                ),
              },
              { header: words.name, phone: 'detail', cell: ({ name }) => name },
              { header: words.family, cell: ({ family }) => family },
              { header: words.steps, cell: ({ steps }) => steps.map(({ name }) => name).join(', ') },
              { header: words.uses, phone: 'value', numeric: true, cell: ({ id }) => countOf(id) },
            ]}
          />
        )}
      </Card>
      {!shown && products.data && products.data.items.length > 0 && <p className="second">{words.choose}</p>}
      {shown && capacity.data && (
        <RoutingEditor
          key={fresh?.key ?? productId}
          product={shown}
          id={fresh ? undefined : chosen?.id}
          openOrderCount={chosen && !fresh ? countOf(chosen.id) : 0}
          mayWrite={mayWrite}
          machines={machinesOf(tree, siteId)}
          capacity={capacity.data}
          onCopy={({ code, name, family, steps }) => start({ code: words.copyOf(code), name, family, steps })}
          onSaved={(saved: Product) => {
            setFresh(undefined)
            onProduct(saved.id)
          }}
          onGone={() => {
            setFresh(undefined)
            onProduct(undefined)
          }}
        />
      )}
    </Stacked>
  )
}

function machinesOf(tree: ChosenSite['tree'], siteId: string): { id: EquipmentId; name: string }[] {
  return [...tree.byId.values()]
    .filter((one) => one.siteId === siteId && one.level === 'work-unit')
    .map(({ id, name }) => ({ id, name }))
}
