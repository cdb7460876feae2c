import { Modal } from '@mantine/core'
import type { NavigationEntry } from '../module.ts'
import { texts } from '../texts.ts'
import classes from './shell.module.css'

/** What the keys do. */
export function Shortcuts({ entries, onClose }: { entries: readonly NavigationEntry[]; onClose: () => void }) {
  const rows: [readonly string[], string][] = [
    [['Ctrl', 'K'], texts.shortcuts.search],
    [['/'], texts.shortcuts.search],
    [['?'], texts.shortcuts.help],
    ...entries.flatMap((entry): [readonly string[], string][] =>
      entry.key === undefined ? [] : [[['g', entry.key], texts.shortcuts.go(entry.text)]],
    ),
    [['←', '→', '+', '−', '0'], texts.chart.keys],
  ]
  return (
    <Modal opened onClose={onClose} title={texts.shortcuts.title} closeButtonProps={{ 'aria-label': texts.close }}>
      <dl className={classes.shortcuts}>
        {rows.map(([keys, text]) => (
          <div key={keys.join()} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
