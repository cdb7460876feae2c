import { ActionIcon, Autocomplete, Button, FileButton, Menu, SegmentedControl, Tooltip } from '@mantine/core'
import { MoreIcon, zoneNote } from '@millrace/ui'
import { useEffect, useRef, useState } from 'react'
import type { Desk } from './Desk.ts'
import { type FoundOrder, findOrders } from './find-bars.ts'
import type { GanttProps } from './Gantt.tsx'
import classes from './gantt.module.css'
import { focusOn } from './keyboard.ts'
import { ZOOM_STEP } from './keys.ts'
import type { GanttLens } from './model.ts'
import { Shortcuts } from './Shortcuts.tsx'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import type { ZoomSpan } from './time-view.ts'
import { useFiles } from './use-files.tsx'
import { useHistory } from './use-gantt.ts'
import { goToday, zoomBy, zoomToSpan } from './view-actions.ts'

interface ToolbarProps extends GanttProps {
  readonly store: GanttStore
  readonly desk: Desk
  /** Goes up by one whenever the keyboard asks for the search. */
  readonly findCount: number
}

const LENSES = Object.entries(texts.lenses).map(([value, label]) => ({ value: value as GanttLens, label }))
const SPANS: readonly ZoomSpan[] = ['day', 'week', 'month']
const EXCEL_TYPE = '.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What is shown and how: lens, time, search; undo; files. */
export function GanttToolbar(props: ToolbarProps) {
  const { store, desk, lens, onLens, plan, nowMs, mayEdit } = props
  const { done, undone } = useHistory(desk)
  const files = useFiles(props)
  const [showsKeys, setShowsKeys] = useState(false)
  const note = zoneNote(nowMs, plan.timeZone)
  return (
    <div className={classes.tools}>
      <SegmentedControl size="xs" aria-label={texts.lens} data={LENSES} value={lens} onChange={onLens} />
      <Button.Group aria-label={texts.span}>
        {SPANS.map((span) => (
          <Button key={span} size="xs" onClick={() => zoomToSpan(store, span)}>
            {texts.spans[span]}
          </Button>
        ))}
      </Button.Group>
      <Button.Group>
        <Button size="xs" aria-label={texts.zoomOut} onClick={() => zoomBy(store, ZOOM_STEP)}>
          −
        </Button>
        <Button size="xs" aria-label={texts.zoomIn} onClick={() => zoomBy(store, 1 / ZOOM_STEP)}>
          +
        </Button>
      </Button.Group>
      <Button size="xs" onClick={() => goToday(store)}>
        {texts.today}
      </Button>
      {note && <span className="small muted">{note}</span>}
      <Find {...props} />
      <span className={classes.toolsEnd}>
        {mayEdit && (
          <>
            <Tooltip label={texts.undoOf(done.at(-1)?.text ?? '')} disabled={done.length === 0}>
              <Button size="xs" disabled={done.length === 0} onClick={() => void desk.undo()}>
                {texts.undo}
              </Button>
            </Tooltip>
            <Tooltip label={texts.redoOf(undone.at(-1)?.text ?? '')} disabled={undone.length === 0}>
              <Button size="xs" disabled={undone.length === 0} onClick={() => void desk.redo()}>
                {texts.redo}
              </Button>
            </Tooltip>
          </>
        )}
        <Menu position="bottom-end" keepMounted>
          <Menu.Target>
            <ActionIcon aria-label={texts.more}>
              <MoreIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={files.saveCsv}>{texts.files.csv}</Menu.Item>
            <Menu.Item onClick={files.saveExcel}>{texts.files.excel}</Menu.Item>
            {mayEdit && (
              <FileButton accept={EXCEL_TYPE} onChange={files.readExcel}>
                {(button) => <Menu.Item {...button}>{texts.files.read}</Menu.Item>}
              </FileButton>
            )}
            <Menu.Item onClick={files.print}>{texts.files.print}</Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={() => setShowsKeys(true)}>{texts.shortcuts.open}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      {files.dialog}
      {showsKeys && <Shortcuts onClose={() => setShowsKeys(false)} />}
    </div>
  )
}

/** Jumps to an order: its first bar that is not done is brought into view, all of them are selected. */
function Find({ store, plan, findCount }: ToolbarProps) {
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const found = findOrders(plan, text)
  useEffect(() => {
    if (findCount > 0) input.current?.focus()
  }, [findCount])

  const options = new Map(found.map((one) => [`${one.order.name}  ${one.order.product}`, one]))
  const jump = ({ order, bars }: FoundOrder) => {
    const { picture } = store.state
    const next = bars.find(({ state }) => state !== 'done') ?? bars[0]
    const placed = next && picture.bars.get(next.id)
    if (!placed) {
      store.say(`${order.name}: ${texts.waitingPlaced}.`)
      return
    }
    focusOn(store, placed)
    store.set({ selected: new Set(bars.map(({ id }) => id)) })
  }
  return (
    <Autocomplete
      ref={input}
      size="xs"
      className={classes.find}
      aria-label={texts.find.label}
      placeholder={texts.find.placeholder}
      value={text}
      onChange={setText}
      data={[...options.keys()]}
      filter={({ options: all }) => all}
      onOptionSubmit={(value) => {
        const one = options.get(value)
        if (one) jump(one)
      }}
      onKeyDown={(event) => {
        // Without a choice from the list, the first that was found is meant.
        if (event.key !== 'Enter' || !found[0] || input.current?.getAttribute('aria-activedescendant')) return
        jump(found[0])
      }}
    />
  )
}
