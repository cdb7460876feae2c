import { Button } from '@mantine/core'
import { useMayEverywhere } from '@millrace/identity/web'
import type { MaterialDefinition } from '../contract.ts'
import { definitionTexts as words } from './definition-texts.ts'
import { MaterialDialog } from './MaterialDialog.tsx'
import { useEditing } from './use-editing.ts'

/** The button that says anew what a material is, for who may. */
export function EditMaterial({ material }: { readonly material: MaterialDefinition }) {
  const { isEditing, isSaved, begin, close, saved } = useEditing()
  const mayWrite = useMayEverywhere('materials:definition:write')
  if (!mayWrite) return null
  return (
    <>
      {isSaved && (
        <span className="second" role="status">
          {words.saved}
        </span>
      )}
      <Button size="xs" variant="default" onClick={begin}>
        {words.edit}
      </Button>
      {isEditing && <MaterialDialog material={material} onClose={close} onSaved={saved} />}
    </>
  )
}
