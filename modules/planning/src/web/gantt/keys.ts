import type { Direction } from './navigate.ts'

/** What a key asks for. */
export type KeyAction =
  | { readonly kind: 'go'; readonly direction: Direction; readonly extends: boolean }
  | { readonly kind: 'shift'; readonly steps: 1 | -1; readonly byDay: boolean }
  | { readonly kind: 'lane'; readonly step: 1 | -1 }
  | { readonly kind: 'zoom'; readonly factor: number }
  | {
      readonly kind:
        | 'open'
        | 'toggle'
        | 'hold'
        | 'drop'
        | 'cancel'
        | 'lock'
        | 'split'
        | 'unplace'
        | 'undo'
        | 'redo'
        | 'today'
        | 'find'
        | 'help'
        | 'clear'
        | 'menu'
        | 'chain'
    }

/** The part of a keyboard event that matters. */
export interface Key {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export const ZOOM_STEP = 1.25

const GO: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
}

const PLAIN: Readonly<Record<string, KeyAction>> = {
  enter: { kind: 'open' },
  ' ': { kind: 'toggle' },
  m: { kind: 'hold' },
  l: { kind: 'lock' },
  s: { kind: 'split' },
  c: { kind: 'chain' },
  delete: { kind: 'unplace' },
  t: { kind: 'today' },
  f: { kind: 'find' },
  '+': { kind: 'zoom', factor: 1 / ZOOM_STEP },
  '=': { kind: 'zoom', factor: 1 / ZOOM_STEP },
  '-': { kind: 'zoom', factor: ZOOM_STEP },
  '−': { kind: 'zoom', factor: ZOOM_STEP },
  '?': { kind: 'help' },
  escape: { kind: 'clear' },
  contextmenu: { kind: 'menu' },
}

const HELD: Readonly<Record<string, KeyAction>> = {
  enter: { kind: 'drop' },
  m: { kind: 'drop' },
  escape: { kind: 'cancel' },
  '+': { kind: 'zoom', factor: 1 / ZOOM_STEP },
  '-': { kind: 'zoom', factor: ZOOM_STEP },
}

/** @param isHolding whether bars are in the hand: then arrows move them. @returns undefined for a key that is not ours */
export function keyAction(event: Key, isHolding: boolean): KeyAction | undefined {
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || isHolding) return undefined
    if (key === 'z') return { kind: event.shiftKey ? 'redo' : 'undo' }
    return key === 'y' ? { kind: 'redo' } : undefined
  }
  if (event.altKey) return undefined
  if (isHolding) return heldAction(event, key)
  if (event.shiftKey && event.key === 'F10') return { kind: 'menu' }
  const direction = GO[event.key]
  if (direction) return { kind: 'go', direction, extends: event.shiftKey }
  return PLAIN[key]
}

function heldAction({ key: name, shiftKey }: Key, key: string): KeyAction | undefined {
  if (name === 'ArrowLeft' || name === 'ArrowRight') {
    return { kind: 'shift', steps: name === 'ArrowLeft' ? -1 : 1, byDay: shiftKey }
  }
  if (name === 'ArrowUp' || name === 'ArrowDown') return { kind: 'lane', step: name === 'ArrowUp' ? -1 : 1 }
  return HELD[key]
}
