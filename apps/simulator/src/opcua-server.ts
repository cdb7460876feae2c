import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { WorldMachine, WorldSignal } from '@millrace/demo/world'
import type { TagValue } from '@millrace/machines'
import {
  type AddressSpace,
  DataType,
  DataValue,
  type EUInformation,
  MessageSecurityMode,
  type Namespace,
  OPCUACertificateManager,
  OPCUAServer,
  Range,
  SecurityPolicy,
  StatusCodes,
  setErrorLogger,
  setWarningLogger,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua'
import type { LivingPlants } from './living-plants.ts'
import { log } from './log.ts'
import { engineeringUnit } from './opcua-units.ts'
import { freePort, LOOPBACK } from './port.ts'

export type OpcUaServerOptions = {
  /** Name of the endpoint, also the last part of its application URI. */
  key: string
  machines: readonly WorldMachine[]
  living: LivingPlants
  /** Where its certificate is kept. */
  directory: string
  preferredPort: number | undefined
}

const CONNECTIONS_MAX = 10
const SESSIONS_MAX = 10
const SET_POINT_SAMPLING_MS = 100
const SHUTDOWN_MS = 0
const RANGE = 'i=884'
const EU_INFORMATION = 'i=887'

/** What a variable holds before its first sample and while its sensor says nothing. */
const NO_VALUE: Record<WorldSignal['kind'], Variant> = {
  number: new Variant({ dataType: DataType.Double, value: 0 }),
  text: new Variant({ dataType: DataType.String, value: '' }),
  vector: new Variant({ dataType: DataType.Float, arrayType: VariantArrayType.Array, value: new Float32Array(0) }),
}

// The whole base model costs each server 40 MiB and seconds at start; this one has what servers, folders and variables need.
const SMALL_NODESET = createRequire(createRequire(import.meta.url).resolve('node-opcua')).resolve(
  'node-opcua-address-space/nodesets/mini.Nodeset2.xml',
)

// The library would print to standard output; what clients do wrong is not worth more than a debug line.
setErrorLogger((...said) => log.debug(said.join(' ')))
setWarningLogger((...said) => log.debug(said.join(' ')))

/**
 * The OPC UA server of a group of machines: `Objects/Machines/<machine>` with a variable per tag, `ns=1;s=<machine>.<tag>`.
 * Set-points are writable and act on the physics at once. Loopback only, without signatures.
 */
export async function startOpcUaServer(options: OpcUaServerOptions) {
  const { key, machines, living, directory } = options
  const certificates = new OPCUACertificateManager({
    rootFolder: join(directory, 'pki', key),
    automaticallyAcceptUnknownCertificate: true,
  })
  await certificates.initialize()
  const port = await freePort(options.preferredPort)
  const server = new OPCUAServer({
    host: LOOPBACK,
    hostname: LOOPBACK,
    port,
    nodeset_filename: [SMALL_NODESET],
    securityModes: [MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy.None],
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    allowAnonymous: true,
    isAuditing: false,
    disableDiscovery: true,
    maxConnectionsPerEndpoint: CONNECTIONS_MAX,
    serverInfo: { applicationUri: `urn:millrace:simulator:${key}`, applicationName: { text: `Simulator ${key}` } },
    serverCapabilities: { maxSessions: SESSIONS_MAX },
    buildInfo: { productName: 'Millrace simulator', manufacturerName: 'Millrace' },
  })
  await server.initialize()
  const { addressSpace } = server.engine
  if (!addressSpace) throw new Error(`The server ${key} has no address space.`)
  const variables = addMachines(addressSpace, machines, living)
  await server.start()

  return {
    key,
    port,
    url: `opc.tcp://${LOOPBACK}:${port}`,
    /** Takes over what the machines show now; waveforms only of those named. */
    sample(nowMs: number, waveforms: ReadonlySet<string>): void {
      const at = new Date(nowMs)
      for (const { machineKey, signal, variable } of variables) {
        if (signal.kind === 'vector' && !waveforms.has(machineKey)) continue
        show(variable, signal, living.machine(machineKey).read(signal.name), at)
      }
    },
    async stop(): Promise<void> {
      await server.shutdown(SHUTDOWN_MS)
    },
  }
}

type SampledVariable = { machineKey: string; signal: WorldSignal; variable: UAVariable }

function addMachines(addressSpace: AddressSpace, machines: readonly WorldMachine[], living: LivingPlants) {
  addAnalogTypes(addressSpace)
  const namespace = addressSpace.getOwnNamespace()
  const folder = namespace.addFolder('ObjectsFolder', { browseName: 'Machines' })
  const sampled: SampledVariable[] = []
  for (const machine of machines) {
    const object = namespace.addObject({
      organizedBy: folder,
      browseName: machine.name,
      nodeId: `s=${machine.key}`,
      displayName: machine.name,
    })
    for (const signal of machine.signals) {
      if (signal.writable) addSetPoint(namespace, object, machine.key, signal, living)
      else sampled.push({ machineKey: machine.key, signal, variable: addVariable(namespace, object, signal) })
    }
  }
  return sampled
}

/** What analog variables need of the base model, OPC 10000-8, beyond what the small nodeset has. */
function addAnalogTypes(addressSpace: AddressSpace): void {
  const base = addressSpace.getDefaultNamespace()
  base.createDataType({ browseName: 'Range', nodeId: RANGE, isAbstract: false, subtypeOf: 'Structure' })
  base.createDataType({
    browseName: 'EUInformation',
    nodeId: EU_INFORMATION,
    isAbstract: false,
    subtypeOf: 'Structure',
  })
  const valueRank = -2
  base.addVariableType({ browseName: 'DataItemType', nodeId: 'i=2365', subtypeOf: 'BaseDataVariableType', valueRank })
  base.addVariableType({ browseName: 'BaseAnalogType', nodeId: 'i=15318', subtypeOf: 'DataItemType', valueRank })
}

function addVariable(namespace: Namespace, parent: UAObject, signal: WorldSignal): UAVariable {
  const variable = namespace.addVariable({ ...description(parent, signal), value: NO_VALUE[signal.kind] })
  variable.setValueFromSource(NO_VALUE[signal.kind], StatusCodes.BadWaitingForInitialData)
  addUnit(namespace, variable, signal)
  return variable
}

/** A variable that is read from and written to the machine itself, so that a read after a write shows the truth. */
function addSetPoint(
  namespace: Namespace,
  parent: UAObject,
  machineKey: string,
  signal: WorldSignal,
  living: LivingPlants,
): void {
  const variable = namespace.addVariable({
    ...description(parent, signal),
    accessLevel: 'CurrentRead | CurrentWrite',
    userAccessLevel: 'CurrentRead | CurrentWrite',
    minimumSamplingInterval: SET_POINT_SAMPLING_MS,
    value: {
      timestamped_get: () => {
        const value = Number(living.machine(machineKey).read(signal.name))
        const now = new Date()
        return new DataValue({
          value: { dataType: DataType.Double, value },
          statusCode: StatusCodes.Good,
          sourceTimestamp: now,
          serverTimestamp: now,
        })
      },
      timestamped_set: async ({ value }: DataValue) => {
        if (value.dataType !== DataType.Double || value.arrayType !== VariantArrayType.Scalar) {
          return StatusCodes.BadTypeMismatch
        }
        return living.machine(machineKey).write(signal.name, value.value) ? StatusCodes.Good : StatusCodes.BadOutOfRange
      },
    },
  })
  addUnit(namespace, variable, signal)
}

function description(parent: UAObject, signal: WorldSignal) {
  const { kind, name, title, address } = signal
  return {
    componentOf: parent,
    browseName: name,
    displayName: title,
    nodeId: address.replace('ns=1;', ''),
    dataType: kind === 'text' ? DataType.String : kind === 'vector' ? DataType.Float : DataType.Double,
    ...(kind === 'number' && signal.unit !== '' && { typeDefinition: 'BaseAnalogType' }),
    ...(kind === 'vector' && { valueRank: 1, arrayDimensions: [signal.waveform?.sampleCount ?? 0] }),
  }
}

/** The unit and, for set-points, the range of a variable (OPC 10000-8 §5.3.2). */
function addUnit(namespace: Namespace, variable: UAVariable, { unit, writable }: WorldSignal): void {
  if (unit !== '') {
    const value = engineeringUnit(unit)
    addProperty(namespace, variable, 'EngineeringUnits', EU_INFORMATION, value)
  }
  if (writable) {
    addProperty(namespace, variable, 'EURange', RANGE, new Range({ low: writable.min, high: writable.max }))
  }
}

function addProperty(
  namespace: Namespace,
  of: UAVariable,
  name: string,
  dataType: string,
  value: EUInformation | Range,
) {
  namespace.addVariable({
    propertyOf: of,
    browseName: { name, namespaceIndex: 0 },
    dataType,
    typeDefinition: 'PropertyType',
    value: { dataType: DataType.ExtensionObject, value },
  })
}

function show(variable: UAVariable, { kind }: WorldSignal, value: TagValue, at: Date): void {
  if (value === null) {
    variable.setValueFromSource(NO_VALUE[kind], StatusCodes.BadNoData, at)
    return
  }
  const variant =
    typeof value === 'number'
      ? { dataType: DataType.Double, value }
      : typeof value === 'string'
        ? { dataType: DataType.String, value }
        : { dataType: DataType.Float, arrayType: VariantArrayType.Array, value }
  variable.setValueFromSource(variant, StatusCodes.Good, at)
}
