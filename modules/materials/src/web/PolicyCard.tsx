import { Button } from '@mantine/core'
import { useMayAt } from '@millrace/identity/web'
import { Card, EmptyState, formatMoney } from '@millrace/ui'
import type { MaterialOutlook, StockOutlook } from '../outlook-contract.ts'
import { amountText } from './amounts.ts'
import { definitionTexts } from './definition-texts.ts'
import classes from './materials.module.css'
import { PolicyDialog } from './PolicyDialog.tsx'
import { texts } from './texts.ts'
import { useEditing } from './use-editing.ts'

const words = texts.material

interface PolicyCardProps {
  readonly siteId: string
  /** Undefined while it is read. */
  readonly data: MaterialOutlook | undefined
  /** Whether the material has a bill. */
  readonly isMade: boolean
  readonly siteName: (id: string) => string
}

/** How a plant comes by a material, and the way to change it for who may. */
export function PolicyCard({ siteId, data, isMade, siteName }: PolicyCardProps) {
  const { isEditing, isSaved, begin, close, saved } = useEditing()
  const mayWrite = useMayAt('materials:supply:write', siteId)
  return (
    <Card
      title={words.supply}
      actions={
        mayWrite &&
        data && (
          <Button size="compact-xs" variant="default" onClick={begin}>
            {definitionTexts.policy.edit}
          </Button>
        )
      }
    >
      {data && (
        <Policy
          policy={data.outlook.policy}
          unit={data.outlook.material.unit}
          currency={data.currency}
          siteName={siteName}
        />
      )}
      {isSaved && (
        <p className="second" role="status">
          {definitionTexts.savedForPlan}
        </p>
      )}
      {isEditing && data && (
        <PolicyDialog
          {...{ siteId, isMade, outlook: data.outlook, currency: data.currency }}
          onClose={close}
          onSaved={saved}
        />
      )}
    </Card>
  )
}

interface PolicyProps {
  readonly policy: StockOutlook['policy']
  readonly unit: StockOutlook['material']['unit']
  readonly currency: string
  readonly siteName: (id: string) => string
}

function Policy({ policy, unit, currency, siteName }: PolicyProps) {
  if (!policy) return <EmptyState>{words.noPolicy}</EmptyState>
  const { supply, supplier, fromSiteId, leadTimeDays, safetyStock, lot, unitCost, responsible } = policy
  const { policy: say } = words
  const source =
    supply === 'make' ? say.make : supply === 'buy' ? say.buy(supplier) : say.transfer(siteName(fromSiteId ?? ''))
  const lots =
    lot.kind === 'multiple' ? say.lots(amountText(lot.minimum, unit), amountText(lot.multiple, unit)) : say.lotForLot
  return (
    <div className={classes.sentences}>
      <p>{`${source} ${say.lead(leadTimeDays)}`}</p>
      <p>{`${say.safety(amountText(safetyStock, unit))} ${lots}`}</p>
      <p>{`${say.cost(unit, formatMoney(Number(unitCost), currency))}${responsible === null ? '' : ` ${say.responsible(responsible)}`}`}</p>
    </div>
  )
}
