import type { BearingOrders } from '@millrace/signals'

/** What is known of a machine by its kind alone, before anything was learned from its signals. */
export interface KindData {
  /** Whether its signals stay about level while it works, or run through their range by themselves. */
  readonly behaviour: 'steady' | 'swinging'
  /** Cutting edges of the usual tool and frequencies of the bearings, in orders; for machines with a spindle. */
  readonly spindle?: { readonly teeth: number; readonly bearing: BearingOrders }
  /** Signals that measure the same thing by two sensors; by name. */
  readonly twins?: readonly [string, string]
  /** Serves all the plant: what it delivers in the quietest quarter of a day tells what is lost. */
  readonly supplies?: boolean
}

// TODO: goes away when assets carry their data sheets; until then a kind of machine stands for its usual equipment.
const KINDS: Readonly<Record<string, KindData>> = {
  // End mill with four edges; front bearing with 16 balls.
  'cnc-mill': { behaviour: 'steady', spindle: { teeth: 4, bearing: { outer: 6.72 } } },
  // Turret with six stations in the cut, one after the other.
  lathe: { behaviour: 'steady', spindle: { teeth: 6, bearing: { outer: 6.72 } } },
  furnace: { behaviour: 'swinging', twins: ['temperature', 'load-temperature'] },
  'temper-oven': { behaviour: 'swinging', twins: ['temperature', 'load-temperature'] },
  quench: { behaviour: 'swinging', twins: ['temperature', 'load-temperature'] },
  compressor: { behaviour: 'swinging', supplies: true },
  chiller: { behaviour: 'swinging' },
  'site-meter': { behaviour: 'swinging' },
  rectifier: { behaviour: 'swinging' },
  'anodising-line': { behaviour: 'swinging' },
}

const ORDINARY: KindData = { behaviour: 'steady' }

/** A machine that plays a recorded file. Its time may run faster than ours, and nobody tells what it is doing. */
export const RECORDED = 'recorded'

/**
 * What is known of a machine by its kind; `unknown` behaviour where neither kind nor state says how it works.
 *
 * @param measurands of its signals: what tells its state can be judged by its state.
 */
export function kindData(
  kind: string | null,
  measurands: ReadonlySet<string>,
): Omit<KindData, 'behaviour'> & { readonly behaviour: 'steady' | 'swinging' | 'unknown' } {
  const known = kind === null ? undefined : KINDS[kind]
  if (known) return known
  const tellsState = measurands.has('state') && kind !== RECORDED
  // Of no kind we know: a spindle that tells its state is judged like one, anything else only by what it did before.
  if (tellsState && (kind !== null || measurands.has('vibration'))) return ORDINARY
  return { behaviour: 'unknown' }
}
