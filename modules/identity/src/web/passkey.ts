import { problemType } from '@millrace/base'
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser'
import type { PasskeyMade, PasskeyOffer, PasskeyRequest, PasskeyShown } from '../factor-contract.ts'
import { signInTexts as texts } from './sign-in-texts.ts'

const notShown = problemType('identity/passkey-not-shown', 'unavailable', 'No passkey')

/** Whether this browser, at this address, can have passkeys. */
export function canPasskeys(): boolean {
  return browserSupportsWebAuthn() && window.isSecureContext && !/^[\d.]+$|:/.test(location.hostname)
}

/** Whether this browser offers passkeys among the suggestions of a field. */
export async function canOfferPasskeys(): Promise<boolean> {
  return canPasskeys() && (await browserSupportsWebAuthnAutofill())
}

/** Stops waiting for a passkey. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony()
}

/**
 * Asks the person for a passkey. @param quietly offers it among the suggestions of the e-mail field
 * @throws notShown the person stopped it, or the device could not
 */
export async function showPasskey(
  request: Omit<PasskeyRequest, 'rpId'> & { rpId?: string },
  quietly = false,
): Promise<PasskeyShown> {
  try {
    const { id, rawId, response } = await startAuthentication({ optionsJSON: request, useBrowserAutofill: quietly })
    const { clientDataJSON, authenticatorData, signature, userHandle } = response
    return {
      ...{ id, rawId, type: 'public-key' },
      response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
    }
  } catch (error) {
    throw notShown(texts.passkeyNotShown, {}, { cause: error })
  }
}

/** Lets the device make a passkey. @throws notShown */
export async function makePasskey(offer: PasskeyOffer): Promise<PasskeyMade> {
  try {
    // The server's library has written what the browser's reads: the schema names what we look at.
    const optionsJSON = offer as unknown as PublicKeyCredentialCreationOptionsJSON
    const { id, rawId, response } = await startRegistration({ optionsJSON })
    const { clientDataJSON, attestationObject, transports } = response
    return {
      ...{ id, rawId, type: 'public-key' },
      response: { clientDataJSON, attestationObject, ...(transports && { transports }) },
    }
  } catch (error) {
    const known = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    throw notShown(known ? texts.passkeyThere : texts.passkeyNotMade, {}, { cause: error })
  }
}
