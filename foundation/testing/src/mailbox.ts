import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { until } from './house.ts'

const ARRIVES_MS = 10_000
/** A mail of ours is a few lines. */
const MAIL_BYTES_MAX = 100_000

/** A mail as its reader sees it. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Whether it came encrypted, and who had signed in. */
  readonly secure: boolean
  readonly user: string | undefined
  readonly headers: string
  readonly subject: string
  readonly text: string
}

/** A real mail server on this machine that keeps what it gets. */
export interface Mailbox {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** The first mail to this address after so many, as soon as it is there. */
  mailTo(address: string, after?: number): Promise<ReceivedMail>
  close(): Promise<void>
}

/** @param options of the server: `onRcptTo` may refuse, `onData` must stay. */
export async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 100 },
    ...options,
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      let length = 0
      stream.on('data', (piece: Buffer) => {
        length += piece.length
        if (length <= MAIL_BYTES_MAX) pieces.push(piece)
      })
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          secure: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
          ...read(Buffer.concat(pieces).toString('utf8')),
        })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    mailTo: (address, after = 0) =>
      until(`a mail to ${address}`, ARRIVES_MS, async () =>
        mails.filter((mail) => mail.to.includes(address)).at(after),
      ),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Head and text of a mail with one part (RFC 5322, RFC 2045). */
function read(raw: string): Pick<ReceivedMail, 'headers' | 'subject' | 'text'> {
  const at = raw.indexOf('\r\n\r\n')
  const headers = raw.slice(0, at).replaceAll(/\r\n[ \t]+/g, ' ')
  const encoding = /^content-transfer-encoding: (.*)$/im.exec(headers)?.[1]?.trim().toLowerCase()
  const body = raw.slice(at + 4)
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? unquote(body)
        : body
  return { headers, subject: words(/^subject: (.*)$/im.exec(headers)?.[1] ?? ''), text: text.replaceAll('\r\n', '\n') }
}

function unquote(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Encoded words of a header (RFC 2047). */
function words(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : unquote(word.replaceAll('_', ' ')),
    )
    .trim()
}
