/** Where and when everything happens. Times in seconds from the origin, as in the problem. */
export interface FactoryPlan {
  readonly placements: readonly Placement[]
  /** What found no place: behind the horizon, or before something that is pinned. */
  readonly unplaced: readonly { readonly operationId: string; readonly reason: 'horizon' | 'pin' | 'predecessor' }[]
}

export interface Placement {
  readonly operationId: string
  readonly resourceId: string
  readonly lane: number
  /** Set-up takes place from here to `startS`; equal to it without set-up. */
  readonly setupStartS: number
  readonly startS: number
  readonly endS: number
  readonly operatorGroupId?: string
  readonly binding: Binding
}

/** Why an operation does not start earlier, as it was when the operation was placed. */
export interface Binding {
  readonly reason: BindingReason
  /** Seconds of closed time between the moment at which the reason ended and the start. */
  readonly closedS: number
}

export type BindingReason =
  | { readonly kind: 'now' | 'release' | 'lock' | 'pin' }
  /** The operation before it in its own or a pegged order, its waiting and transport included. */
  | { readonly kind: 'predecessor'; readonly operationId: string }
  /** The machine runs another operation. */
  | { readonly kind: 'machine'; readonly operationId: string }
  /** The machine is free, but has to be set up first. Without an operation for the first set-up of all. */
  | { readonly kind: 'setup'; readonly operationId?: string }
  | { readonly kind: 'operators'; readonly operatorGroupId: string }
  | { readonly kind: 'tool'; readonly toolId: string }
  | { readonly kind: 'material'; readonly materialId: string }

/** How good a plan is. Lower is better, for each. */
export interface Score {
  /** Sum over orders of weight × seconds late. An order with unplaced operations counts as finished at twice the horizon. */
  readonly weightedTardiness: number
  readonly setupS: number
  /** What the caller's own cost of placements sums up to, see `ScoreOptions`. */
  readonly extra: number
  readonly makespanS: number
}
