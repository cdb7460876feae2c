import type { Runtime } from '@millrace/runtime'

class RollBack extends Error {}

/**
 * A runtime whose transactions are all taken back after their work is done: every route can be tried out, and everything
 * is as before. What they would have answered stays.
 */
export function rollingBack(runtime: Runtime): Runtime {
  const { kysely } = runtime.app
  const transactIn = async <T>(access: 'read write' | 'read only', run: (db: never) => Promise<T>): Promise<T> => {
    let answer: { value: T } | undefined
    try {
      await kysely
        .transaction()
        .setAccessMode(access)
        .execute(async (db) => {
          answer = { value: await run(db as never) }
          throw new RollBack()
        })
    } catch (error) {
      if (!(error instanceof RollBack) || !answer) throw error
    }
    return (answer as { value: T }).value
  }
  const transaction = (access: 'read write' | 'read only') => ({
    execute: <T>(run: (db: never) => Promise<T>) => transactIn(access, run),
    setAccessMode: transaction,
  })
  const trying = new Proxy(kysely, {
    get: (target, name) => {
      if (name === 'transaction') return () => transaction('read write')
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...runtime, app: { ...runtime.app, kysely: trying } }
}
