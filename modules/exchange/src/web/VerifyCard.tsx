import { SegmentedControl } from '@mantine/core'
import { Card } from '@millrace/ui'
import { useState } from 'react'
import classes from './exchange.module.css'
import { snippets } from './snippets.ts'
import { texts } from './texts.ts'

type Language = keyof typeof snippets

/** What the people who make the receiver need. */
export function VerifyCard() {
  const [language, setLanguage] = useState<Language>('node')
  return (
    <Card
      title={texts.verify.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={texts.verify.language}
          value={language}
          onChange={(value) => setLanguage(value === 'python' ? 'python' : 'node')}
          data={[
            { value: 'node', label: 'Node' },
            { value: 'python', label: 'Python' },
          ]}
        />
      }
    >
      <div className={classes.verify}>
        <p className="second">{texts.verify.note}</p>
        <pre className={classes.block}>{snippets[language]}</pre>
      </div>
    </Card>
  )
}
