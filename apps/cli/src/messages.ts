/** A gateway the server wants a local edge process for. */
export type WantedGateway = { readonly id: string; readonly name: string; readonly enrolmentCode?: string }

/** A person of the demo company, as printed at the end. */
export type DemoPerson = { readonly name: string; readonly title: string }

/** The simulator to run, around one present of its world; null for none. */
export type WantedSimulator = { readonly anchorMs: number } | null

/** What children say to the supervisor. */
export type ChildMessage =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'wants'; readonly simulator: WantedSimulator; readonly gateways: readonly WantedGateway[] }
  | { readonly type: 'signIns'; readonly people: readonly DemoPerson[] }
  | { readonly type: 'ready'; readonly endpoints: Readonly<Record<string, string>> }

/** What the supervisor says to children. */
export type SupervisorMessage =
  | { readonly type: 'stop' }
  | { readonly type: 'simulator'; readonly endpoints: Readonly<Record<string, string>> }

const GATEWAYS_MAX = 50
const GATEWAY_ID = /^[A-Za-z0-9-]{1,64}$/

/** The message, if it is one. A gateway's id becomes a folder name, so nothing but letters, digits and dashes passes. */
export function parseChildMessage(value: unknown): ChildMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  const message = value as ChildMessage
  switch (message.type) {
    case 'listening':
      return URL.canParse(message.url) ? message : undefined
    case 'progress':
      return typeof message.text === 'string' ? message : undefined
    case 'wants': {
      if (!Array.isArray(message.gateways)) return undefined
      const gateways = message.gateways.filter((gateway) => GATEWAY_ID.test(gateway.id)).slice(0, GATEWAYS_MAX)
      return { ...message, gateways }
    }
    case 'signIns':
      return Array.isArray(message.people) && message.people.every(isPerson) ? message : undefined
    case 'ready':
      return typeof message.endpoints === 'object' && message.endpoints !== null ? message : undefined
    default:
      return undefined
  }
}

function isPerson(value: unknown): value is DemoPerson {
  const person = value as Partial<DemoPerson> | null
  return typeof person?.name === 'string' && typeof person.title === 'string'
}
