import type { PersonId } from '../contract.ts'
import { useMay } from './queries.ts'
import { SessionsCard } from './SessionsCard.tsx'

/** A person's sessions and devices, for who administers people. */
export function PersonSessions({ personId }: { personId: PersonId }) {
  return useMay('identity:person:write') ? <SessionsCard personId={personId} /> : null
}
