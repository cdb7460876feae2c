import { DAY_MS, HOUR_MS } from '@millrace/base'
import {
  invitationExpired,
  invitationUnknown,
  invitationUsed,
  invitationWithdrawn,
  resetExpired,
  resetUnknown,
  resetUsed,
  resetWithdrawn,
} from './joining-contract.ts'

/** After this time a link is forgotten: whoever opens it then is told that there is none. */
export const LINKS_KEPT_MS = 90 * DAY_MS

/** What the two kinds of link have of their own: how long they live, where they lead, and what is said of one that is over. */
export const ENTRY_LINKS = {
  invitation: {
    lifeMs: 7 * DAY_MS,
    path: '/join',
    refuseAction: 'identity.invitation.refuse',
    unknown: invitationUnknown,
    unknownDetail:
      'There is no such invitation. Perhaps a part of the link is missing: open it as it was sent, or ask for a new one.',
    used: {
      problem: invitationUsed,
      detail: 'This invitation was used already. If it was you, sign in; if not, tell whoever invited you.',
    },
    withdrawn: {
      problem: invitationWithdrawn,
      detail: 'This invitation was taken back, or a newer one was sent. Look for the newer one, or ask for it.',
    },
    expired: {
      problem: invitationExpired,
      detail: 'This invitation was good for seven days. Ask whoever invited you for a new one.',
    },
  },
  reset: {
    lifeMs: HOUR_MS,
    path: '/reset',
    refuseAction: 'identity.password-reset.refuse',
    unknown: resetUnknown,
    unknownDetail:
      'There is no such link. Perhaps a part of it is missing: open it as it was sent, or ask for a new one.',
    used: {
      problem: resetUsed,
      detail:
        'This link was used already. Sign in with the new password; if it was not you who set it, ask an administrator.',
    },
    withdrawn: {
      problem: resetWithdrawn,
      detail: 'This link is void: a newer one was made, or the password was set in another way.',
    },
    expired: { problem: resetExpired, detail: 'This link was good for one hour. Ask for a new one.' },
  },
} as const
