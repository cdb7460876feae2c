import type { Answer, Browser, Company } from './company.ts'
import { addPasskey, confirmed } from './factors.ts'

/** The browser of somebody who administers people, and confirms what is risky with a passkey. */
export interface Administrator extends Browser {
  confirm<T>(...act: Parameters<typeof confirmed>[1]): Promise<Answer<T>>
}

/** Adds somebody who administers people, and signs that person in. */
export async function openAdministrator(company: Company, name: string): Promise<Administrator> {
  const browser = await company.signIn(await company.addPerson(name, [{ role: 'it-admin', placeId: null }]))
  const { authenticator } = await addPasskey(browser)
  return Object.assign(browser, {
    confirm: <T>(...act: Parameters<typeof confirmed>[1]) =>
      confirmed<T>(browser, act, ({ passkey }) => ({ passkey: authenticator.show(passkey ?? { challenge: '' }) })),
  })
}
