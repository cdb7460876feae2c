import { createMail, parseMail, type Runtime } from '@millrace/runtime'
import { type Mailbox, openMailbox } from '@millrace/testing/mailbox'
import { ORIGIN } from './company.ts'

/** A runtime that sends mail through a server on this machine, and whoever reads it. */
export async function withMail(bare: Runtime): Promise<{ runtime: Runtime; mailbox: Mailbox; close(): Promise<void> }> {
  const mailbox = await openMailbox()
  const { settings } = parseMail(`smtp://127.0.0.1:${mailbox.port}`, 'Millrace <millrace@muster.example>')
  const mail = createMail(settings, bare.log)
  return {
    runtime: { ...bare, mail, publicUrl: ORIGIN },
    mailbox,
    async close() {
      await mail.stop()
      await mailbox.close()
    },
  }
}

/** The token of the only link in a text. */
export function tokenIn(text: string): string {
  return /\?token=([\w-]+)/.exec(text)?.[1] ?? ''
}
