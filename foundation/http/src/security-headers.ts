import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * On every answer, frozen. Scripts and style sheets come from our own origin only, and none stands in a page; what charts and
 * Mantine set on single elements they set by script, which no policy stops. After the OWASP list of secure headers
 * (2026): what it removes (`Server`, `X-Powered-By`) we never send, and what it calls obsolete (`X-XSS-Protection`,
 * `Expect-CT`) too.
 */
const HEADERS = Object.freeze({
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
    "font-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-dns-prefetch-control': 'off',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), bluetooth=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), hid=(), ' +
    'magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
})

/** Said over TLS only, where it means something: a year, without sub-domains, which are not ours to speak for. */
const HSTS = 'max-age=31536000'

export function sendSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(HEADERS)
  if (request.protocol === 'https') reply.header('strict-transport-security', HSTS)
  // What the API answers is about one person: no cache between us and them keeps it.
  if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
}
