import { Button, CopyButton } from '@mantine/core'
import { Card, Row } from '@millrace/ui'
import classes from './exchange.module.css'
import { texts } from './texts.ts'

interface SecretCardProps {
  readonly secret: string
  readonly note: string
  readonly onDone: () => void
}

/** A secret, the only time it is shown. */
export function SecretCard({ secret, note, onDone }: SecretCardProps) {
  return (
    <Card title={texts.secret.title}>
      <div className={classes.secret}>
        <p>{note}</p>
        <code className={classes.code}>{secret}</code>
        <Row>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="filled" onClick={copy}>
                {copied ? texts.secret.copied : texts.secret.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onDone}>{texts.secret.done}</Button>
        </Row>
      </div>
    </Card>
  )
}
