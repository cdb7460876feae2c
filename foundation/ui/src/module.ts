import type { QueryClient } from '@tanstack/react-query'
import type { AnyRoute } from '@tanstack/react-router'
import type { ComponentType } from 'react'

/** The three parts of the navigation; entries without one stand above them. */
export type NavigationGroup = 'make' | 'keep' | 'govern'

export interface NavigationEntry {
  readonly to: string
  readonly text: string
  readonly Icon: ComponentType<{ size?: number }>
  readonly group?: NavigationGroup
  /** Smaller comes first within its group. */
  readonly order: number
  /** Shown only to who holds this permission somewhere. Left out: to everybody. */
  readonly permission?: string
  /** Beginnings of the addresses of pages that belong to it, besides its own. */
  readonly covers?: readonly string[]
  /** A quiet number at the end of the entry, e.g. how many findings are open. */
  readonly Count?: ComponentType
  /** One of the five entries at the bottom of a phone. */
  readonly onPhone?: boolean
  /** The letter after `g` that leads here. */
  readonly key?: string
}

/** Something the search finds. */
export interface SearchHit {
  readonly id: string
  readonly text: string
  readonly context: string
  readonly group: string
  readonly to: string
}

/**
 * A part of another module's page: the page of a machine belongs to plant, its findings to insight, which plant may not
 * know. The page names the places, higher modules fill them.
 */
export interface Panel {
  readonly place: PanelPlace
  readonly order: number
  readonly Component: ComponentType<{ readonly subjectId: string }>
}

export type PanelPlace =
  | 'identity/sign-in-settings'
  | 'plant/place' // site, area or work center; subjectId is the equipment's id
  | 'plant/place-row' // one machine in the list of a place
  | 'plant/machine-state' // beside a machine's name
  | 'plant/machine-head'
  | 'plant/machine-main'
  | 'plant/machine-side'
  | 'planning/schedule' // the schedule of a site; subjectId is the site's id
  | 'settings'
  | 'shell/banner' // above every page: what must be seen; subjectId is empty

/** Something that happened at a machine, to be marked in its trends. */
export interface MachineMark {
  readonly id: string
  readonly kind: 'finding' | 'stop' | 'command'
  readonly atMs: number
  readonly toMs?: number | undefined
  readonly priority?: 1 | 2 | 3 | 4
  readonly text: string
}

/** A hook that gives the marks of a machine. Called on every render of its trends, always in the same order. */
export type UseMachineMarks = (workUnitId: string) => readonly MachineMark[]

/** Somewhere something can be held or done: a plant, or a part of one. */
export interface Place {
  readonly id: string
  readonly name: string
  /** In words: "Plant", "Area", "Machine". */
  readonly level: string
  /** Null for a plant. */
  readonly parentId: string | null
  /** The plant it belongs to; its own id for a plant. */
  readonly siteId: string
  /** The names of its plant's shifts. */
  readonly shifts: readonly string[]
}

/** What a module gives to the web app. */
export interface WebModule {
  readonly name: string
  readonly routes: readonly AnyRoute[]
  readonly navigation?: readonly NavigationEntry[]
  readonly panels?: readonly Panel[]
  readonly useMachineMarks?: UseMachineMarks
  /** What the search may find, read when it opens. */
  readonly search?: (queryClient: QueryClient) => Promise<readonly SearchHit[]>
}

/** The modules put together, as the shell needs them. Made once by the app. */
export interface Assembly {
  readonly navigation: readonly NavigationEntry[]
  readonly panels: readonly Panel[]
  readonly machineMarks: readonly UseMachineMarks[]
  readonly search: (queryClient: QueryClient) => Promise<readonly SearchHit[]>
  /** Throws a redirect when nobody is signed in. Runs before every page inside the shell. */
  readonly guard: (queryClient: QueryClient, here: string) => Promise<void>
  /** The person menu at the end of the top bar. */
  readonly Account: ComponentType
  /** What the alarm bar at the bottom says. */
  readonly Alarms: ComponentType
  /** A hook: what the person holds somewhere. Keeps useless entries away; the server decides. */
  readonly usePermissions: () => ReadonlySet<string>
  /** A hook: the places the person may see, each after what it stands in. Empty until they are known. */
  readonly usePlaces: () => readonly Place[]
}

/** What every route finds in its context. */
export interface AppContext {
  readonly queryClient: QueryClient
  readonly assembly: Assembly
}

/** Puts modules together: navigation and panels in their order, one search over all. */
export function assembleModules(
  modules: readonly WebModule[],
): Pick<Assembly, 'navigation' | 'panels' | 'machineMarks' | 'search'> {
  return {
    navigation: modules.flatMap((module) => module.navigation ?? []).sort((a, b) => a.order - b.order),
    panels: modules.flatMap((module) => module.panels ?? []).sort((a, b) => a.order - b.order),
    machineMarks: modules.flatMap((module) => module.useMachineMarks ?? []),
    search: async (queryClient) => {
      // One module that cannot answer must not take the search of the others away.
      const found = await Promise.allSettled(modules.map((module) => module.search?.(queryClient) ?? []))
      return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    },
  }
}
