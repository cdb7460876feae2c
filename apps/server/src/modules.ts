import { control } from '@millrace/control'
import { demo } from '@millrace/demo'
import { exchange } from '@millrace/exchange'
import type { Module } from '@millrace/http'
import { identity } from '@millrace/identity'
import { insight } from '@millrace/insight'
import { materials } from '@millrace/materials'
import { mqtt } from '@millrace/mqtt'
import { planning } from '@millrace/planning'
import { plant } from '@millrace/plant'
import { telemetry } from '@millrace/telemetry'

/** The whole server in one list, lowest first: a module may call those before it. */
export const modules: readonly Module[] = [
  identity,
  plant,
  telemetry,
  mqtt,
  materials,
  control,
  insight,
  planning,
  exchange,
  demo,
]
