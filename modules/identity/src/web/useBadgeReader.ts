import { useEffect, useRef } from 'react'
import { createBadgeReader } from './badge-reader.ts'

/** Listens for a badge reader on the whole page. @param onBadge given what the reader typed. */
export function useBadgeReader(onBadge: (badge: string) => void): void {
  const latest = useRef(onBadge)
  latest.current = onBadge
  useEffect(() => {
    const read = createBadgeReader()
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const badge = read(event.key, event.timeStamp)
      if (badge === undefined) return
      // The Enter of the reader must not press what happens to have the focus.
      event.preventDefault()
      event.stopPropagation()
      latest.current(badge)
    }
    // Before anything else on the page hears it.
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
}
