import { Button } from '@mantine/core'
import { Card } from '@millrace/ui'
import { CopyCode } from './CopyCode.tsx'
import classes from './mqtt.module.css'
import { texts } from './texts.ts'

/** A password, the only time it is shown. */
export function SecretCard({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <Card title={texts.secret.title}>
      <div className={classes.stack}>
        <p>{texts.secret.once}</p>
        <CopyCode text={secret} label={texts.secret.copyPassword} filled />
        <Button onClick={onDone}>{texts.secret.done}</Button>
      </div>
    </Card>
  )
}
