import { type Breakdown, type BreakdownMove, type Story, type StoryMove, simulatorUnavailable } from './contract.ts'

const TIMEOUT_MS = 3000

async function ask(url: string, init?: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok) throw new Error(`The simulator answered ${response.status}.`)
    return await response.json()
  } catch (error) {
    throw simulatorUnavailable('The simulator does not answer. Try again in a moment.', {}, { cause: error })
  }
}

/** The stories as the running simulator tells them. @throws simulatorUnavailable */
export async function listStories(controlUrl: string): Promise<Story[]> {
  const answer = (await ask(`${controlUrl}/stories`)) as { items: Story[] }
  return answer.items
}

/** Starts, speeds up or resets a story. @throws simulatorUnavailable */
export async function moveStory(controlUrl: string, id: string, move: StoryMove): Promise<Story> {
  return (await ask(`${controlUrl}/stories/${encodeURIComponent(id)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(move),
  })) as Story
}

/** The machines that can break down. @throws simulatorUnavailable */
export async function listBreakdowns(controlUrl: string): Promise<Breakdown[]> {
  const answer = (await ask(`${controlUrl}/breakdowns`)) as { items: Breakdown[] }
  return answer.items
}

/** Breaks a machine down, or repairs it. @throws simulatorUnavailable */
export async function moveBreakdown(controlUrl: string, id: string, move: BreakdownMove): Promise<Breakdown> {
  return (await ask(`${controlUrl}/breakdowns/${encodeURIComponent(id)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(move),
  })) as Breakdown
}
