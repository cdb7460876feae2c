import type { Db } from '@millrace/db'

/** Whether somebody can get in when the identity provider cannot be reached. Nobody can yet: there is no such account. */
export function breakGlassReady(_db: Db): Promise<boolean> {
  return Promise.resolve(false)
}
