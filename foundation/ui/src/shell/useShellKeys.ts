import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { clockMs } from '../clock.ts'
import type { NavigationEntry } from '../module.ts'

export type ShellDialog = 'search' | 'shortcuts'

/** How long after `g` its second letter may come. */
const CHORD_MS = 1500

/** The keys of every page: Ctrl K or / searches, ? lists the shortcuts, g and a letter goes to a page. */
export function useShellKeys(entries: readonly NavigationEntry[]) {
  const [open, setOpen] = useState<ShellDialog | undefined>(undefined)
  const chordAtMs = useRef(0)
  const navigate = useNavigate()

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setOpen('search')
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/' || event.key === '?') {
        event.preventDefault()
        setOpen(event.key === '/' ? 'search' : 'shortcuts')
        return
      }
      const nowMs = clockMs()
      const target = entries.find((entry) => entry.key === event.key)
      if (target && nowMs - chordAtMs.current < CHORD_MS) void navigate({ to: target.to })
      chordAtMs.current = event.key === 'g' ? nowMs : 0
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [entries, navigate])

  return { open, show: setOpen, close: () => setOpen(undefined) }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
