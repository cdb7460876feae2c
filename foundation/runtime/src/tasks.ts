import { sql } from 'kysely'
import { systemActor } from './actor.ts'
import { type Context, inContext, type Runtime } from './context.ts'

/**
 * Background work that returns: for each enterprise about once a period, and never twice at the same time. Several servers
 * have a clock each: it does no harm to do it again.
 */
export interface Task {
  /** `module.what`, for the trail and the log. */
  readonly name: string
  readonly everyMs: number
  readonly act: (ctx: Context) => Promise<void>
}

export interface Tasks {
  stop(): Promise<void>
}

/** Starts the clocks of all tasks. A task that fails is logged and comes again at its next turn. */
export function startTasks(runtime: Runtime, tasks: readonly Task[]): Tasks {
  const busy = new Map<string, Promise<void>>()
  let stopped = false

  async function turn(task: Task): Promise<void> {
    const tenants = await sql<{ enterpriseId: string }>`select enterprise_id from runtime.tenant`.execute(
      runtime.app.kysely,
    )
    for (const { enterpriseId } of tenants.rows) {
      if (stopped) return
      try {
        await inContext(runtime, systemActor(enterpriseId, task.name), async (ctx) => {
          if (await isOurTurn(ctx, task)) await task.act(ctx)
        })
      } catch (error) {
        runtime.log.error('A background task failed.', { task: task.name }, error)
      }
    }
  }

  const timers = tasks.map((task) =>
    setInterval(() => {
      if (stopped || busy.has(task.name)) return
      const run = turn(task)
        .catch((error: unknown) => runtime.log.warn('A background task could not start.', { task: task.name }, error))
        .finally(() => busy.delete(task.name))
      busy.set(task.name, run)
    }, task.everyMs),
  )
  return {
    async stop() {
      stopped = true
      timers.forEach(clearInterval)
      await Promise.allSettled(busy.values())
    },
  }
}

/** Whether no other server does this now: the lock goes with the transaction. */
async function isOurTurn({ db, enterpriseId }: Context, { name }: Task): Promise<boolean> {
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`task ${name} ${enterpriseId}`}, 0)) as is_ours`.execute(db)
  return rows[0]?.isOurs ?? false
}
