import { Dialog } from '@millrace/ui'
import { Fragment } from 'react'
import classes from './gantt.module.css'
import { texts } from './texts.ts'

/** What the keys do in the plan. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={texts.shortcuts.title} onClose={onClose}>
      <dl className={classes.shortcuts}>
        {texts.shortcuts.rows.map(([keys, text]) => (
          <Fragment key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  )
}
