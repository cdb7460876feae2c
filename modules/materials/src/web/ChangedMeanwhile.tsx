import { useState } from 'react'
import { definitionTexts as words } from './definition-texts.ts'

interface ChangedMeanwhileProps {
  /** What is being changed, as the server has it now. */
  readonly now: unknown
  /** The person is saving: what changes then is their own doing. */
  readonly isSaving: boolean
}

/** Says in an open form that somebody else changed what it is about, so that nobody replaces that unknowingly. */
export function ChangedMeanwhile({ now, isSaving }: ChangedMeanwhileProps) {
  const current = JSON.stringify(now)
  const [opened] = useState(current)
  return isSaving || current === opened ? null : <p role="alert">{words.changedMeanwhile}</p>
}
