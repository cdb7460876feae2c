import type { Page } from '@playwright/test'

/** A device with a fingerprint reader, as far as the browser can tell. @returns says whether its finger is on it */
export async function addAuthenticator(page: Page): Promise<(isPresent: boolean) => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return (enabled) =>
    session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }).then(() => undefined)
}

/**
 * How the page asked for a passkey, one for each time: `conditional` is among the suggestions of a field.
 * @param onAsked what the person does on being asked outright, before the device looks for a finger: it looks only once
 */
export async function recordRequests(
  page: Page,
  onAsked: () => Promise<void> = async () => undefined,
): Promise<() => Promise<string[]>> {
  await page.exposeFunction('onAsked', onAsked)
  await page.addInitScript(() => {
    const asked: string[] = []
    Object.assign(window, { asked })
    const get = navigator.credentials.get.bind(navigator.credentials)
    navigator.credentials.get = async (options) => {
      asked.push(options?.mediation ?? 'asked')
      if (!options?.mediation) await (window as unknown as { onAsked: () => Promise<void> }).onAsked()
      return get(options)
    }
  })
  return () => page.evaluate(() => (window as unknown as { asked: string[] }).asked)
}
