import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { problems, routeMissing } from './problem-reply.ts'

/** The folder is looked through again no more often than this, however many strange addresses are asked for. */
const LOOK_AGAIN_MS = 1000

/**
 * Serves the built web app: its files, and its first page for every other address, which the app's router knows.
 * Files with a hash in their name stay in the browser for good. A web app that is built again while the server runs is
 * served from the next page on.
 */
export async function addWeb(app: FastifyInstance, webDir: string): Promise<void> {
  await app.register(fastifyStatic, { root: webDir, serve: false })
  // Only what the folder holds is ever opened, so an address cannot name anything else.
  let files = await filesIn(webDir)
  let lookedAtMs = performance.now()
  const isFile = async (path: string): Promise<boolean> => {
    if (files.has(path) || performance.now() - lookedAtMs < LOOK_AGAIN_MS) return files.has(path)
    lookedAtMs = performance.now()
    // A folder that is being replaced is empty for a moment: then what is known stands.
    files = await filesIn(webDir).catch(() => files)
    return files.has(path)
  }
  app.get(
    '/*',
    { config: { permission: 'public' }, schema: { hide: true, response: problems(routeMissing) } },
    async (request, reply) => {
      const path = decodeURI(request.url.split('?')[0] ?? '').slice(1)
      const isAsset = path.startsWith('assets/')
      if (path.startsWith('api/') || (isAsset && !(await isFile(path)))) {
        throw routeMissing(`There is nothing at ${request.url.slice(0, 200)}.`)
      }
      if (!files.has(path)) return reply.header('cache-control', 'no-cache').sendFile('index.html')
      return reply
        .header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
        .sendFile(path, { cacheControl: false })
    },
  )
}

async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )
}
