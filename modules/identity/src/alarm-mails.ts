import { type Context, type Listener, listener, type MailMessage } from '@millrace/runtime'
import { listAdministrators } from './administrators.ts'
import { breakGlassUsed } from './break-glass-contract.ts'
import { accountLocked } from './contract.ts'
import { getEnterprise } from './enterprise-store.ts'
import { mails } from './mail-texts.ts'

/** The most people one alarm is mailed to. */
const MAILED_MAX = 20

/** Mails to whoever administers people, of what should not wait until somebody looks at a screen. */
export const alarmMails: readonly Listener[] = [
  listener(breakGlassUsed, 'identity.mail-break-glass', (ctx, { data: { name, personId, address } }) =>
    mailAdministrators(ctx, personId, (company, origin) =>
      mails.breakGlass({ name, company, address, at: ctx.now, link: `${origin}/identity/break-glass` }),
    ),
  ),
  listener(accountLocked, 'identity.mail-account-locked', (ctx, { data: { name, holderId, reason } }) =>
    mailAdministrators(ctx, holderId, (company, origin) =>
      mails.locked({ name, company, reason, at: ctx.now, link: `${origin}/identity/people?state=locked` }),
    ),
  ),
]

/** @param except whom it is about */
async function mailAdministrators(
  ctx: Context,
  except: string,
  write: (company: string, origin: string) => Omit<MailMessage, 'to'>,
): Promise<void> {
  if (!ctx.mail.configured) return
  const administrators = await listAdministrators(ctx, except, MAILED_MAX)
  const text = write((await getEnterprise(ctx.db)).name, ctx.publicUrl ?? '')
  ctx.afterCommit(() => {
    for (const { email } of administrators) {
      // The break-glass account's own kind of address (RFC 2606 §2): nobody reads there.
      if (!email.endsWith('.invalid')) ctx.mail.send({ to: email, ...text })
    }
  })
}
