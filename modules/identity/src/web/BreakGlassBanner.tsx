import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { formatWhen, readerZone, useLiveRefetch, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from './queries.ts'
import classes from './sign-in.module.css'
import { breakGlassQuery, useAcknowledgeBreakGlass } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.breakGlass

/** On every page of who administers people, until somebody says to have seen it: the break-glass account was used. */
export function BreakGlassBanner() {
  return useMay('identity:person:write') ? <Banner /> : null
}

function Banner() {
  useLiveRefetch(['identity.alerts'], [breakGlassQuery.queryKey])
  // Who administers one plant only is not told; the refusal is no news either.
  const { data } = useQuery({ ...breakGlassQuery, retry: false })
  const acknowledge = useAcknowledgeBreakGlass()
  const nowMs = useNowMs()
  const unseen = data?.uses.find(({ acknowledgedAt }) => acknowledgedAt === null)
  if (!unseen) return null
  const when = formatWhen(epochMs(unseen.usedAt), readerZone(), nowMs)
  return (
    <div className={classes.banner} role="alert">
      <div>
        <b>{texts.bannerTitle(unseen.name)}</b>
        <div className="second">
          {texts.bannerNote(when, unseen.address ?? signInTexts.sessions.unknown)}{' '}
          <Link to="/identity/people/$personId" params={{ personId: unseen.personId }}>
            {texts.bannerLink}
          </Link>
        </div>
      </div>
      <Button loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
        {texts.acknowledge}
      </Button>
    </div>
  )
}
