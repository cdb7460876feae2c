import type { FastifyInstance } from 'fastify'

/** Answers are remembered for so long: whoever asks often does not keep the database busy. */
const FRESH_MS = 1000

/**
 * Says how this server is, to whoever watches over it: `/healthz` answers while the process works at all; `/readyz` answers
 * 200 while requests may come, else 503: what it needs cannot be reached, or it is about to stop.
 */
export function addHealth(app: FastifyInstance, isReady: () => Promise<boolean> = async () => true): void {
  const open = { config: { permission: 'public', answeredBy: 'every' }, schema: { hide: true } } as const
  app.get('/api/health', open, () => ({ status: 'up' }))
  app.get('/healthz', open, () => ({ status: 'up' }))

  let known: { readonly answer: Promise<boolean>; readonly atMs: number } | undefined
  app.get('/readyz', open, async (_, reply) => {
    const nowMs = performance.now()
    if (!known || nowMs - known.atMs > FRESH_MS) known = { answer: isReady().catch(() => false), atMs: nowMs }
    const ready = await known.answer
    reply.code(ready ? 200 : 503)
    return { status: ready ? 'ready' : 'not ready' }
  })
}
