import { defineModule } from '@millrace/http'
import { demoFaces } from '@millrace/identity'
import { extend } from '@millrace/runtime'
import { DemoKeeper } from './keeper.ts'
import { permissions } from './permissions.ts'
import { demoRoutes } from './routes.ts'
import { people } from './world.ts'

const FACES: ReadonlySet<string> = new Set(people.filter((one) => one.featured).map((one) => one.email))

/** Keeps the one demo company of this installation. */
export const demoKeeper = new DemoKeeper()

/** Demo: one invented company with a true simulator behind it, brought and removed with one button. */
export const demo = defineModule({
  name: 'demo',
  routes: demoRoutes(demoKeeper),
  permissions,
  topics: [{ pattern: 'demo.company', permission: 'plant:equipment:read' }],
  extends: [extend(demoFaces, async () => FACES)],
  start: async (runtime) => {
    await demoKeeper.load(runtime)
    return { stop: () => demoKeeper.stop() }
  },
})

export type { SimulatorWish } from './keeper.ts'
export { people } from './world.ts'
