import { useRouteContext } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { AppContext, NavigationEntry } from '../module.ts'

/** The entries of the navigation that lead the signed-in person somewhere. */
export function useNavigationEntries(): readonly NavigationEntry[] {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  const held = assembly.usePermissions()
  return useMemo(
    () => assembly.navigation.filter(({ permission }) => permission === undefined || held.has(permission)),
    [assembly, held],
  )
}
