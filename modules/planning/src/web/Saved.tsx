import { Link } from '@tanstack/react-router'
import { texts } from './resource-texts.ts'

/** Says next to where something was saved what it means for the plan. */
export function Saved({ when }: { when: boolean }) {
  if (!when) return null
  return (
    <p role="status">
      {texts.saved} <Link to="/planning/schedule">{texts.toSchedule}</Link>
    </p>
  )
}
