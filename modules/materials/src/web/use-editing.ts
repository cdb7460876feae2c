import { useState } from 'react'

/** A dialog that changes something, and the word behind it that it was saved. */
export function useEditing() {
  const [state, setState] = useState<'shown' | 'edited' | 'saved'>('shown')
  return {
    isEditing: state === 'edited',
    isSaved: state === 'saved',
    begin: () => setState('edited'),
    close: () => setState('shown'),
    saved: () => setState('saved'),
  }
}
