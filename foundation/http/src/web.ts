import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { problems, routeMissing } from './problem-reply.ts'

/**
 * Serves the built web app: its files, and its first page for every other address, which the app's router knows.
 * Files with a hash in their name stay in the browser for good.
 */
export async function addWeb(app: FastifyInstance, webDir: string): Promise<void> {
  await app.register(fastifyStatic, { root: webDir, serve: false })
  // Listed once: an address can only ever name a file that was there when the server started.
  const entries = await readdir(webDir, { recursive: true, withFileTypes: true })
  const files = new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(webDir, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )
  app.get(
    '/*',
    { config: { permission: 'public' }, schema: { hide: true, response: problems(routeMissing) } },
    (request, reply) => {
      const path = decodeURI(request.url.split('?')[0] ?? '').slice(1)
      if (path.startsWith('api/') || (path.startsWith('assets/') && !files.has(path))) {
        throw routeMissing(`There is nothing at ${request.url.slice(0, 200)}.`)
      }
      if (!files.has(path)) return reply.header('cache-control', 'no-cache').sendFile('index.html')
      const lasting = path.startsWith('assets/')
      return reply
        .header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
        .sendFile(path, { cacheControl: false })
    },
  )
}
