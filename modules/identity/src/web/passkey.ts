import { problemType } from '@millrace/base'
import { startAuthentication } from '@simplewebauthn/browser'
import type { PasskeyRequest, PasskeyShown } from '../factor-contract.ts'
import { signInTexts as texts } from './sign-in-texts.ts'

const notShown = problemType('identity/passkey-not-shown', 'unavailable', 'No passkey')

/**
 * Asks the person for a passkey.
 *
 * @throws notShown the person stopped it, or the device could not
 */
export async function showPasskey(request: Omit<PasskeyRequest, 'rpId'> & { rpId?: string }): Promise<PasskeyShown> {
  try {
    const { id, rawId, response } = await startAuthentication({ optionsJSON: request })
    const { clientDataJSON, authenticatorData, signature, userHandle } = response
    return {
      ...{ id, rawId, type: 'public-key' },
      response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
    }
  } catch (error) {
    throw notShown(texts.passkeyNotShown, {}, { cause: error })
  }
}
