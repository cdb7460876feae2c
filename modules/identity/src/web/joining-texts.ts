/** Words about joining by a link and about forgotten passwords. */
export const joiningTexts = {
  invite: {
    button: 'Invite a person',
    title: 'Invite a person',
    note: 'The person is added, and joins by a link that works once within seven days. You confirm this, because whoever has the link comes in as that person.',
    submit: 'Invite',
  },
  made: {
    invitation: (name: string) => `Invitation for ${name}`,
    reset: (name: string) => `New password for ${name}`,
    passOn: 'Pass this link on yourself, in a way in which only that person gets it. It is shown this once.',
    mailed: (email: string) =>
      `It was mailed to ${email}. You can pass it on as well, if the mail does not come; it is shown this once.`,
    until: (when: string) => `It works once, until ${when}.`,
    copy: 'Copy the link',
    copied: 'Copied',
    open: (name: string) => `Open the page of ${name}`,
    done: 'Done',
  },
  state: {
    open: (when: string) => `invited, until ${when}`,
    expired: 'invitation expired',
    withdrawn: 'invitation withdrawn',
    openFrom: (by: string, when: string) => `Invited by ${by}. The link works until ${when}.`,
    expiredAt: (by: string, when: string) => `Invited by ${by}. The link expired ${when}.`,
    withdrawnFrom: (by: string) => `Invited by ${by}, and taken back.`,
    usedFrom: (by: string) => `Joined by an invitation of ${by}.`,
    never: 'Not invited yet.',
  },
  person: {
    title: 'Joining',
    invite: 'Invite',
    again: 'Make a new invitation',
    againNote: 'A new one makes the former link void.',
    withdraw: 'Withdraw',
    reset: 'Make a reset link',
    resetNote:
      'For a forgotten password: a link by which this person sets a new one within an hour. Every session of the person ends when it is used; a second factor is still asked for.',
  },
  join: {
    page: 'Join',
    title: (company: string) => `Join ${company}`,
    waiting: 'Join Millrace',
    hello: (name: string) => `Hello ${name}. Choose how you sign in from now on.`,
    email: 'You sign in with',
    password: 'With a password',
    fresh: 'New password',
    freshHint: 'At least 12 characters; several words that do not belong together are best.',
    submit: 'Join with this password',
    passkey: 'Or with a passkey',
    passkeyNote: 'A fingerprint, a face or the PIN of this device signs you in, without a password.',
    device: 'Name of the device',
    deviceHint: 'Work laptop',
    make: 'Join with a passkey',
    toSignIn: 'Go to the sign-in page',
  },
  reset: {
    page: 'New password',
    title: 'Set a new password',
    hello: (name: string) => `Hello ${name}. Set a new password here.`,
    note: 'You will be signed out everywhere, and sign in with the new password next. A second factor is asked for as always.',
    submit: 'Set the password',
    done: 'Your password is set',
    ended: (count: number) =>
      count === 0
        ? 'You were signed in nowhere. Sign in with the new password now.'
        : `You were signed out everywhere: ${count === 1 ? 'one session has' : `${count} sessions have`} ended. Sign in with the new password now.`,
    signIn: 'Sign in',
  },
  forgotten: {
    link: 'Forgot your password?',
    page: 'Forgotten password',
    title: 'Forgotten password',
    note: 'Type your e-mail address. If somebody signs in with it here, a link to set a new password comes by mail within a few minutes.',
    email: 'E-mail',
    submit: 'Send the link',
    sent: 'If somebody signs in with this address here, a link is on its way. It works for one hour. Look among the unwanted mails too.',
    noMail:
      'No mail is sent from here. Ask whoever administers people in your company: they can make a link for you to set a new password.',
    back: 'Back to sign in',
  },
} as const
