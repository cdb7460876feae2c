import { formatTime, useNowMs } from '@millrace/ui'
import type { SiteDetail } from '../contract.ts'
import { texts } from './texts.ts'
import { useShift } from './use-place.ts'

/** The time on the plant's wall and its shift: `12:52 local, early shift`. */
export function ShiftText({ site }: { site: SiteDetail }) {
  const nowMs = useNowMs()
  const shift = useShift(site)
  return (
    <>
      {texts.local(formatTime(nowMs, site.timeZone))}, {shift.name ?? texts.noShift}
    </>
  )
}
