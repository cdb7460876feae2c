import { epochMs } from '@millrace/base'
import { Card, formatWhen, readerZone, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from './queries.ts'
import { breakGlassQuery } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.breakGlass

/** Among the settings: whether a break-glass account is ready, and since when. */
export function BreakGlassPanel() {
  return useMay('identity:person:write') ? <Panel /> : null
}

function Panel() {
  const { data } = useQuery({ ...breakGlassQuery, retry: false })
  const nowMs = useNowMs()
  if (!data) return null
  const { ready } = data
  return (
    <Card title={texts.page}>
      <p className="second">
        {ready ? texts.readySince(ready.name, formatWhen(epochMs(ready.preparedAt), readerZone(), nowMs)) : texts.none}{' '}
        <Link to="/identity/break-glass">{texts.open}</Link>
      </p>
    </Card>
  )
}
