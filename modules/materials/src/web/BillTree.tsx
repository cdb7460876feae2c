import { decimalOf, thousandthsOf } from '@millrace/base'
import { DataTable, formatRatio } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { explode } from '../bill-rules.ts'
import type { MaterialDetail, MaterialId } from '../contract.ts'
import { amountText } from './amounts.ts'
import classes from './materials.module.css'
import { texts } from './texts.ts'

const words = texts.material
const ONE = 1000

interface MaterialLinkProps {
  readonly id: MaterialId
  readonly name: string
  readonly siteId: string
}

function MaterialLink({ id, name, siteId }: MaterialLinkProps) {
  return (
    <Link to="/materials/definitions/$materialId" params={{ materialId: id }} search={{ site: siteId }}>
      {name}
    </Link>
  )
}

/** Everything that one of a material takes, all levels of it, each below what takes it. */
export function BillTree({ detail, siteId }: { readonly detail: MaterialDetail; readonly siteId: string }) {
  const { material, bills, materials } = detail
  const known = new Map(materials.map((one) => [one.id, one]))
  const items = explode(material.id, ONE, bills).map((one, index) => ({ ...one, index }))
  return (
    <DataTable
      rows={items}
      rowKey={({ index }) => index}
      label={words.billOf(material.name)}
      empty={words.noBill}
      columns={[
        {
          header: texts.name,
          phone: 'title',
          cell: ({ item, level }) => (
            <span className={classes.level} style={{ '--depth': level } as CSSProperties}>
              <MaterialLink
                id={item.componentId}
                name={known.get(item.componentId)?.name ?? item.componentId}
                siteId={siteId}
              />
            </span>
          ),
        },
        { header: words.level, numeric: true, cell: ({ level }) => level },
        {
          header: words.per,
          numeric: true,
          phone: 'value',
          cell: ({ need, item }) => amountText(decimalOf(need), known.get(item.componentId)?.unit ?? ''),
        },
        {
          header: words.scrap,
          numeric: true,
          cell: ({ item }) => (item.scrapRatio === 0 ? '' : formatRatio(item.scrapRatio, 0)),
        },
        { header: words.step, phone: 'detail', cell: ({ item }) => item.stepName ?? words.firstStep },
      ]}
    />
  )
}

/** The bills that take a material directly. */
export function WhereUsed({ detail, siteId }: { readonly detail: MaterialDetail; readonly siteId: string }) {
  const known = new Map(detail.materials.map((one) => [one.id, one]))
  return (
    <DataTable
      rows={detail.usedIn.map((use, index) => ({ ...use, index }))}
      rowKey={({ index }) => index}
      label={words.whereUsed}
      empty={words.notUsed}
      columns={[
        {
          header: texts.name,
          cell: ({ materialId }) => (
            <MaterialLink id={materialId} name={known.get(materialId)?.name ?? materialId} siteId={siteId} />
          ),
        },
        {
          header: words.per,
          numeric: true,
          cell: ({ item }) => amountText(decimalOf(thousandthsOf(item.quantityPer)), detail.material.unit),
        },
        { header: words.step, cell: ({ item }) => item.stepName ?? words.firstStep },
      ]}
    />
  )
}
