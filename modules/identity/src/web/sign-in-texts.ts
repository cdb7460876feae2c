import type { SignInMethod } from '../contract.ts'

/** Words about signing in, factors, sessions and confirming. */
export const signInTexts = {
  stepUp: {
    title: 'Confirm that it is you',
    passkey: 'Your passkey confirms exactly this and nothing else.',
    usePasskey: 'Confirm with passkey',
    both: 'Type your password and the code your authenticator app shows now. They confirm exactly this and nothing else.',
    password: 'Type your password. From then on the new way confirms what is risky.',
    passwordLabel: 'Password',
    codeLabel: 'Code of the authenticator app',
    breakGlass: 'Type the code that opened this session. It confirms exactly this and nothing else.',
    breakGlassLabel: 'Break-glass code',
    demo: 'The demo company holds invented data, so pressing is enough. With your own company, a passkey or an authenticator app confirms this.',
    justSignedIn: 'You have just signed in, so pressing is enough this once.',
    confirm: 'Confirm',
    cancel: 'Cancel',
  },
  control: {
    elsewhere: (here: string, there: string) =>
      `You control machines in ${there} now. One person controls one plant at a time, so nothing was sent to ${here}.`,
    move: (place: string) => `Move my control to ${place}`,
    anotherPlant: 'another plant',
    thisPlant: 'this plant',
  },
  passkeyNotShown: 'No passkey was shown. Try again, or take another way.',
  passkeyNotMade: 'No passkey was made. Try again, or use another device.',
  passkeyThere: 'This device has a passkey for you already.',
  methods: {
    password: 'Password',
    passkey: 'Passkey',
    totp: 'Password and authenticator app',
    'recovery-code': 'Password and recovery code',
    oidc: 'Company sign-in',
    saml: 'Company sign-in',
    badge: 'Badge',
    pin: 'PIN',
    'break-glass': 'Break-glass code',
    demo: 'Demo, one click',
    founding: 'Founding of the company',
    invitation: 'Invitation',
  } satisfies Record<SignInMethod, string>,
} as const
