import { epochMs, type Instant } from '@millrace/base'
import type { MailMessage } from '@millrace/runtime'

// What the mails say. Plain text; every name in it is somebody else's words and stands where it can only be read.

type Text = Omit<MailMessage, 'to'>

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** `27 November 2026 at 14:05 UTC`: the reader's zone is not known here. */
function when(at: Instant): string {
  return `${WHEN.format(epochMs(at))} UTC`
}

function mail(subject: string, ...paragraphs: readonly string[]): Text {
  return { subject, text: `${paragraphs.join('\n\n')}\n` }
}

export const mails = {
  invitation: (of: { name: string; company: string; by: string; link: string; expiresAt: Instant }) =>
    mail(
      `Join ${of.company} on Millrace`,
      `Hello ${of.name},`,
      `${of.by} invites you to ${of.company} on Millrace. Open this link and choose how you sign in:`,
      of.link,
      `It works once, until ${when(of.expiresAt)}. If you do not know what this is about, leave it alone: without the link nothing happens.`,
    ),

  reset: (of: { name: string; company: string; link: string; expiresAt: Instant }) =>
    mail(
      'Set a new password for Millrace',
      `Hello ${of.name},`,
      `Somebody, probably you, has forgotten the password for ${of.company} on Millrace. Open this link to set a new one:`,
      of.link,
      `It works once, until ${when(of.expiresAt)}. If it was not you, leave it alone: your password stays as it is.`,
    ),

  resetByProvider: (of: { name: string; company: string; provider: string; origin: string }) =>
    mail(
      'Signing in to Millrace',
      `Hello ${of.name},`,
      `Somebody, probably you, has asked for a new password for ${of.company} on Millrace. You need none there: you sign in with ${of.provider}.`,
      of.origin,
    ),

  passwordSet: (of: { name: string; company: string; at: Instant }) =>
    mail(
      'Your password for Millrace was set anew',
      `Hello ${of.name},`,
      `Your password for ${of.company} on Millrace was set anew by a link on ${when(of.at)}, and you were signed out everywhere.`,
      'If it was not you, tell whoever administers people in your company at once.',
    ),

  breakGlass: (of: { name: string; company: string; address: string | null; at: Instant; link: string }) =>
    mail(
      `${of.company}: the break-glass account was used`,
      `Somebody came in to ${of.company} with the code of the break-glass account ${of.name} on ${when(of.at)}, from ${of.address ?? 'an unknown address'}.`,
      'If nobody of you did this, end its sessions at once:',
      of.link,
    ),

  locked: (of: { name: string; company: string; reason: string; at: Instant; link: string }) =>
    mail(
      `${of.company}: an account was locked`,
      `The account of ${of.name} was locked on ${when(of.at)}: ${of.reason}.`,
      'Ask what happened before you unlock it:',
      of.link,
    ),
} as const
