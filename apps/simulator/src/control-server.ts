import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { machines, stories, type WorldStory } from '@millrace/demo/world'
import { STORY_SPEED_MAX, type StorySetting } from '@millrace/machines'
import { listBreakdowns, moveBreakdown, parseBreakdownMove } from './breakdowns.ts'
import type { LivingPlants } from './living-plants.ts'
import { LOOPBACK, listen } from './port.ts'

/** A story as the control panel shows it. */
type StoryView = {
  id: string
  title: string
  machine: string
  active: boolean
  speed: number
  severityRatio: number
}

type StoryMove = { action: 'start' | 'speed' | 'reset'; speed?: number }

const BODY_MAX_BYTES = 1024
const REQUEST_TIMEOUT_MS = 5000
const CONNECTIONS_MAX = 20

/**
 * Starts, speeds up and resets stories: `GET /stories`, `POST /stories/{id}`; breaks machines down and repairs them:
 * `GET /breakdowns`, `POST /breakdowns/{id}`. Loopback only.
 */
export async function startControlServer(living: LivingPlants, preferredPort: number | undefined) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => refuse(response, 500, 'The simulator could not answer.'))
  })
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.headersTimeout = REQUEST_TIMEOUT_MS
  server.maxConnections = CONNECTIONS_MAX
  const port = await listen(server, preferredPort)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A web page in somebody's browser could reach loopback under a name of its own; ours has none.
    if (request.headers.host !== `${LOOPBACK}:${port}` && request.headers.host !== `localhost:${port}`) {
      return refuse(response, 403, 'Unknown host.')
    }
    const path = (request.url ?? '').split('/')
    const [, what, id] = path
    if ((what !== 'stories' && what !== 'breakdowns') || path.length > 3)
      return refuse(response, 404, 'There is nothing here but /stories and /breakdowns.')
    if (path.length === 2) {
      if (request.method !== 'GET') return refuse(response, 405, 'Only GET is possible here.')
      return reply(response, 200, { items: what === 'stories' ? stories.map(view) : listBreakdowns(living) })
    }
    const story = stories.find((one) => one.id === id)
    if (what === 'stories' && !story) return refuse(response, 404, 'There is no such story.')
    if (request.method !== 'POST') return refuse(response, 405, 'Only POST is possible here.')
    if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
      return refuse(response, 415, 'The body must be application/json.')
    }
    const body = parseJson(await readBody(request))
    if (!story) return answerBreakdown(response, id ?? '', body)
    const move = parseMove(body)
    if (!move)
      return refuse(response, 400, `Expected {"action":"start"|"speed"|"reset","speed"?:1…${STORY_SPEED_MAX}}.`)
    const machine = living.machine(story.machineKey)
    machine.setStory(story.id, next(machine.story(story.id), move))
    reply(response, 200, view(story))
  }

  function answerBreakdown(response: ServerResponse, id: string, body: unknown): void {
    const move = parseBreakdownMove(body)
    const moved = move && moveBreakdown(living, id, move)
    if (!move) refuse(response, 400, 'Expected {"action":"break"|"repair"}.')
    else if (!moved) refuse(response, 404, 'There is no such machine.')
    else reply(response, 200, moved)
  }

  function view({ id, title, machineKey }: WorldStory): StoryView {
    const machine = living.machine(machineKey)
    const setting = machine.story(id)
    return {
      id,
      title,
      machine: machines.find(({ key }) => key === machineKey)?.name ?? machineKey,
      active: setting?.active ?? false,
      speed: setting?.speed ?? 1,
      severityRatio: Math.round(machine.storyProgress(id) * 1000) / 1000,
    }
  }

  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    stop(): Promise<void> {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

function next(setting: StorySetting | undefined, move: StoryMove): StorySetting {
  switch (move.action) {
    case 'start':
      return { active: true, speed: move.speed ?? 1, severity: 1 }
    case 'speed':
      return { active: setting?.active ?? false, speed: move.speed ?? 1, severity: setting?.severity ?? 1 }
    case 'reset':
      return { active: false, speed: 1, severity: 1 }
  }
}

/** A body as a value; undefined when it is no JSON. */
function parseJson(body: string | undefined): unknown {
  if (body === undefined) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The move a body asks for; undefined when it is not exactly one. */
function parseMove(value: unknown): StoryMove | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { action, speed, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0) return undefined
  if (action !== 'start' && action !== 'speed' && action !== 'reset') return undefined
  if (speed === undefined) return action === 'speed' ? undefined : { action }
  if (typeof speed !== 'number' || !(speed >= 1 && speed <= STORY_SPEED_MAX)) return undefined
  return { action, speed }
}

/** The body as text; undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > BODY_MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  if (response.headersSent) return
  // What is left of a request that was refused is not waited for.
  response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' })
  response.end(JSON.stringify({ status, title: 'Refused', detail }))
}
