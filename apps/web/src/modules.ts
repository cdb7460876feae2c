import { controlWeb } from '@millrace/control/web'
import { demoWeb } from '@millrace/demo/web'
import { exchangeWeb } from '@millrace/exchange/web'
import { identityWeb } from '@millrace/identity/web'
import { insightWeb } from '@millrace/insight/web'
import { materialsWeb } from '@millrace/materials/web'
import { mqttWeb } from '@millrace/mqtt/web'
import { planningWeb } from '@millrace/planning/web'
import { plantWeb } from '@millrace/plant/web'
import { telemetryWeb } from '@millrace/telemetry/web'
import type { WebModule } from '@millrace/ui'
import { overviewWeb } from './overview/overview.ts'

/** Every module's face in the browser, lowest first. */
export const modules: readonly WebModule[] = [
  identityWeb,
  plantWeb,
  telemetryWeb,
  mqttWeb,
  materialsWeb,
  controlWeb,
  insightWeb,
  planningWeb,
  exchangeWeb,
  demoWeb,
  overviewWeb,
]
