import { control } from '@millrace/control'
import type { Module } from '@millrace/http'
import { identity } from '@millrace/identity'
import { insight } from '@millrace/insight'
import { materials } from '@millrace/materials'
import { planning } from '@millrace/planning'
import { plant } from '@millrace/plant'
import { telemetry } from '@millrace/telemetry'
import { demo } from '../index.ts'

/** The demo with all that it fills. */
export const modules: readonly Module[] = [identity, plant, telemetry, materials, control, insight, planning, demo]
