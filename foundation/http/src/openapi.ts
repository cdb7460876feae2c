import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Describes the API of all routes registered afterwards, as JSON and as a page. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millrace',
        version,
        description:
          'Everything the screens can do. Refusals are problems (RFC 9457). Sign in with POST /api/v1/identity/sessions; ' +
          'the session travels in a cookie.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
  })
  app.get('/api/openapi.json', { config: { permission: 'public' }, schema: { hide: true } }, () => app.swagger())
  app.get('/api/docs', { config: { permission: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(app.swagger())),
  )
}

interface Operation {
  operationId?: string
  summary?: string
  tags?: readonly string[]
  responses?: Record<string, { description?: string }>
}

/** One page that lists every operation; no script, so that it stays within the content policy. */
function page(document: unknown): string {
  const { info, paths } = document as {
    info: { title: string; version: string }
    paths?: Record<string, Record<string, Operation>>
  }
  const rows = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(rows.map((row) => row.operation.tags?.[0] ?? 'other'))]
  const section = (tag: string) =>
    `<h2>${escaped(tag)}</h2><table>${rows
      .filter((row) => (row.operation.tags?.[0] ?? 'other') === tag)
      .map(
        ({ path, method, operation }) =>
          `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escaped(path)}</code></td><td>${escaped(
            operation.summary ?? '',
          )}</td><td>${Object.keys(operation.responses ?? {}).join(' ')}</td></tr>`,
      )
      .join('')}</table>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><style>body{font:14px/1.5 system-ui;max-width:1000px;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
td{padding:.25rem .75rem .25rem 0;vertical-align:top}h2{margin-top:2rem}</style>
<h1>${escaped(info.title)} API ${escaped(info.version)}</h1><p>The full description: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${tags.map(section).join('')}</html>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
