import { useRouteContext } from '@tanstack/react-router'
import type { AppContext, Place } from './module.ts'

/** The places of the company that the person may see, each after what it stands in; for modules below plant. */
export function usePlaces(): readonly Place[] {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  return assembly.usePlaces()
}
