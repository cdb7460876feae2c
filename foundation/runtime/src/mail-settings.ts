import { isIP } from 'node:net'

/** Whom mail is handed to, and in whose name it is sent. */
export interface MailSettings {
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte. `starttls`: before anything is said. `plain`: never left this machine. */
  readonly security: 'tls' | 'starttls' | 'plain'
  readonly login: { readonly user: string; readonly password: string } | undefined
  readonly from: MailFrom
}

export interface MailFrom {
  /** Empty: the address alone. */
  readonly name: string
  readonly address: string
}

/** A mailbox as it may be written into an envelope: nothing in it that SMTP or a header could take for something else. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}]+$/u
const ADDRESS_MAX = 254

/** Whether mail can be addressed to this text as it stands. */
export function isMailAddress(text: string): boolean {
  return text.length <= ADDRESS_MAX && ADDRESS.test(text)
}

/**
 * Reads where mail goes out.
 *
 * @param url  `smtp://user:password@host:587` (STARTTLS) or `smtps://host:465`; empty = no mail
 * @param from `Millrace <millrace@plant.example>` or the address alone
 * @returns settings, undefined without a server; or what is wrong, without what is secret
 */
export function parseMail(
  url: string,
  from: string,
): { readonly settings: MailSettings | undefined; readonly faults: readonly string[] } {
  if (url === '') {
    const faults =
      from === '' ? [] : ['MILLRACE_MAIL_FROM says who sends, and MILLRACE_SMTP_URL through whom: set both.']
    return { settings: undefined, faults }
  }
  const server = parseServer(url)
  const sender = parseFrom(from)
  const faults: string[] = []
  if (!server) {
    faults.push(
      'MILLRACE_SMTP_URL must be the address of a mail server such as smtp://user:password@mail.plant.example:587 or smtps://mail.plant.example, without a path.',
    )
  }
  if (!sender) {
    faults.push('MILLRACE_MAIL_FROM must be who sends, such as Millrace <millrace@plant.example>.')
  }
  return { settings: server && sender && { ...server, from: sender }, faults }
}

function parseServer(text: string): Omit<MailSettings, 'from'> | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || hostname === '') return undefined
  if ((pathname !== '' && pathname !== '/') || search + hash !== '') return undefined
  if ((username === '') !== (password === '')) return undefined
  const login = loginOf(username, password)
  if (login === null) return undefined
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'smtps:'
  return {
    ...{ host, login, port: port === '' ? (isTls ? 465 : 587) : Number(port) },
    // Whoever reads a mail on the way could use the link in it. Within the machine there is no way.
    security: isTls ? 'tls' : isLoopback(host) ? 'plain' : 'starttls',
  }
}

/** @returns null for what is no percent-encoding */
function loginOf(user: string, password: string): MailSettings['login'] | null {
  if (user === '') return undefined
  try {
    return { user: decodeURIComponent(user), password: decodeURIComponent(password) }
  } catch {
    return null
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function parseFrom(text: string): MailFrom | undefined {
  const named = /^([^<>\p{Cc}]{1,100})\s<([^<>]+)>$/u.exec(text.trim())
  const [name = '', address = ''] = named ? named.slice(1) : ['', text.trim()]
  return isMailAddress(address) ? { name: name.trim(), address } : undefined
}
