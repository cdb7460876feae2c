import { Button } from '@mantine/core'
import { useMayEverywhere } from '@millrace/identity/web'
import { useState } from 'react'
import type { MaterialDefinition } from '../contract.ts'
import { definitionTexts as words } from './definition-texts.ts'
import { MaterialDialog } from './MaterialDialog.tsx'

/** The button that says anew what a material is, for who may. */
export function EditMaterial({ material }: { readonly material: MaterialDefinition }) {
  const [isEditing, setEditing] = useState(false)
  const [isSaved, setSaved] = useState(false)
  const mayWrite = useMayEverywhere('materials:definition:write')
  if (!mayWrite) return null
  return (
    <>
      {isSaved && (
        <span className="second" role="status">
          {words.saved}
        </span>
      )}
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          setSaved(false)
          setEditing(true)
        }}
      >
        {words.edit}
      </Button>
      {isEditing && (
        <MaterialDialog
          material={material}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false)
            setSaved(true)
          }}
        />
      )}
    </>
  )
}
