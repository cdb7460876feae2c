/** How secret something is, lowest first (THREATS §2). */
export const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'trade-secret'] as const
export type Classification = (typeof CLASSIFICATIONS)[number]

/** Whether somebody cleared up to a classification may touch something of another. */
export function mayRead(upTo: Classification, label: Classification): boolean {
  return CLASSIFICATIONS.indexOf(label) <= CLASSIFICATIONS.indexOf(upTo)
}
