import { Button } from '@mantine/core'
import { useMayEverywhere } from '@millrace/identity/web'
import { Card } from '@millrace/ui'
import type { MaterialDetail } from '../contract.ts'
import { BillDialog } from './BillDialog.tsx'
import { BillTree } from './BillTree.tsx'
import { definitionTexts } from './definition-texts.ts'
import { texts } from './texts.ts'
import { useEditing } from './use-editing.ts'

/** What a material is made of, and the way to change it for who may. */
export function BillCard({ detail, siteId }: { readonly detail: MaterialDetail; readonly siteId: string }) {
  const { isEditing, isSaved, begin, close, saved } = useEditing()
  const mayWrite = useMayEverywhere('materials:definition:write')
  return (
    <Card
      title={texts.material.bill}
      actions={
        mayWrite && (
          <Button size="compact-xs" variant="default" onClick={begin}>
            {definitionTexts.bill.edit}
          </Button>
        )
      }
    >
      {isSaved && (
        <p className="second" role="status">
          {definitionTexts.savedForPlan}
        </p>
      )}
      <BillTree detail={detail} siteId={siteId} />
      {isEditing && <BillDialog detail={detail} onClose={close} onSaved={saved} />}
    </Card>
  )
}
