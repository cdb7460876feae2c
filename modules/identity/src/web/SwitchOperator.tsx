import { MINUTE_MS } from '@millrace/base'
import { ProblemAlert } from '@millrace/ui'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import classes from './station.module.css'
import { useLeaveStation, useStation, useStationSignIn } from './station-queries.ts'
import { texts } from './station-texts.ts'
import { useBadgeReader } from './useBadgeReader.ts'

const IDLE_MINUTES = 15

/**
 * On every page of a session at a station: lets the next operator in, with one press, or with a badge held to the reader
 * without any. Signs out by itself when nobody is there any more: screens that keep themselves up to date look like work
 * to the server.
 */
export function SwitchOperator({ large = false }: { large?: boolean }) {
  const station = useStation()
  const goAway = useLeaveStation()
  const signIn = useStationSignIn()
  const navigate = useNavigate()
  const router = useRouter()
  const leave = () => goAway.mutate(undefined, { onSettled: () => void navigate({ to: '/station' }) })
  useBadgeReader((badge) =>
    signIn.mutate({ badge }, { onSuccess: () => void router.invalidate().then(() => navigate({ to: '/station' })) }),
  )
  useNobodyFor((station?.idleMinutes ?? IDLE_MINUTES) * MINUTE_MS, leave)
  return (
    <>
      {signIn.error && (
        <div className={classes.refused}>
          <ProblemAlert error={signIn.error} />
        </div>
      )}
      <button type="button" className={large ? classes.switchLarge : classes.switch} onClick={leave}>
        {texts.switchOperator}
      </button>
    </>
  )
}

/** Calls when nothing was pressed, touched or moved for so long. */
function useNobodyFor(idleMs: number, onNobody: () => void): void {
  const latest = useRef(onNobody)
  latest.current = onNobody
  useEffect(() => {
    let timer = setTimeout(() => latest.current(), idleMs)
    const somebody = () => {
      clearTimeout(timer)
      timer = setTimeout(() => latest.current(), idleMs)
    }
    const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const
    for (const sign of signs) window.addEventListener(sign, somebody, { passive: true, capture: true })
    return () => {
      clearTimeout(timer)
      for (const sign of signs) window.removeEventListener(sign, somebody, { capture: true })
    }
  }, [idleMs])
}
