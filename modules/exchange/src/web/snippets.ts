/** How a receiver checks an event, without any library: shown on the page, and tried out by a test. */
export const snippets = {
  node: `import { createHmac, timingSafeEqual } from 'node:crypto'

/** @param body the bytes of the request as text, before they are parsed */
export function isFromMillrace(secret, headers, body) {
  const id = headers['webhook-id']
  const at = Number(headers['webhook-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - at) <= 300)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const right = createHmac('sha256', key).update(\`\${id}.\${at}.\${body}\`).digest()
  return String(headers['webhook-signature']).split(' ').some((one) => {
    const given = Buffer.from(one.replace('v1,', ''), 'base64')
    return one.startsWith('v1,') && given.length === right.length && timingSafeEqual(given, right)
  })
}`,
  python: `import base64, hashlib, hmac, time

# body: the bytes of the request, before they are parsed
def is_from_millrace(secret, headers, body):
    id, at = headers["webhook-id"], headers["webhook-timestamp"]
    if not at.isdigit() or abs(time.time() - int(at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(right).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(one, wanted) for one in given)`,
} as const
