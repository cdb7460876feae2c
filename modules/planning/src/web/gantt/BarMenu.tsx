import { Menu } from '@mantine/core'
import { MINUTE_MS } from '@millrace/base'
import type { RefObject } from 'react'
import type { Desk } from './Desk.ts'
import { immovableBecause } from './draft.ts'
import type { GanttProps } from './Gantt.tsx'
import { lock } from './keyboard.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { useGantt } from './use-gantt.ts'

interface MenuProps extends GanttProps {
  readonly store: GanttStore
  readonly desk: Desk
  readonly grid: RefObject<HTMLDivElement | null>
}

/** What can be done with a bar, where it was right-clicked or where the keyboard is. */
export function BarMenu({ store, desk, grid, mayEdit, onOpen }: MenuProps) {
  const menu = useGantt(store, (state) => state.menu)
  const { picture, selected } = store.state
  const bar = menu && picture.bars.get(menu.barId)?.bar
  if (!menu || !bar) return null
  const barIds = [...selected]
  const isFixed = !mayEdit || immovableBecause(picture.plan, bar) !== undefined
  const isSplittable = menu.atMs > bar.startMs + bar.setupMs && menu.atMs < bar.endMs
  const close = () => {
    store.set({ menu: undefined })
    grid.current?.focus({ preventScroll: true })
  }
  return (
    <Menu opened onClose={close} position="bottom-start" trapFocus returnFocus={false} withinPortal>
      <Menu.Target>
        <span style={{ position: 'fixed', left: menu.x, top: menu.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen(bar)}>{texts.menu.open}</Menu.Item>
        <Menu.Item onClick={() => store.set({ showsChain: true, focusedId: bar.id })}>{texts.menu.chain}</Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={isFixed} onClick={() => desk.take(barIds)}>
          {texts.menu.move}
        </Menu.Item>
        <Menu.Item disabled={!mayEdit || bar.state !== 'scheduled'} onClick={() => void lock({ store, desk }, barIds)}>
          {bar.locked ? texts.menu.unlock : texts.menu.lock}
        </Menu.Item>
        <Menu.Item
          disabled={isFixed || !isSplittable}
          onClick={() => void desk.run({ kind: 'split', barId: bar.id, atMs: toMinute(menu.atMs) })}
        >
          {texts.menu.split}
        </Menu.Item>
        <Menu.Item disabled={isFixed} onClick={() => void desk.run({ kind: 'unplace', barIds })}>
          {texts.menu.unplace}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function toMinute(atMs: number): number {
  return Math.round(atMs / MINUTE_MS) * MINUTE_MS
}
