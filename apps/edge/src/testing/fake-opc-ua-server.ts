import { join } from 'node:path'
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  standardUnits,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua'

/** A controller with one machine: power with a unit, a writable feed override, a state, a waveform, and a broken sensor. */
export async function startFakeServer(dir: string, port = 0, secure = false) {
  const server = new OPCUAServer({
    port,
    host: '127.0.0.1',
    securityPolicies: secure ? [SecurityPolicy.None, SecurityPolicy.Basic256Sha256] : [SecurityPolicy.None],
    securityModes: secure ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt] : [MessageSecurityMode.None],
    serverCertificateManager: new OPCUACertificateManager({
      rootFolder: join(dir, 'pki'),
      automaticallyAcceptUnknownCertificate: true,
    }),
    disableDiscovery: true,
    nodeset_filename: [nodesets.standard],
  })
  await server.initialize()
  const space = server.engine.addressSpace
  if (!space) throw new Error('an initialized server has an address space')
  const own = space.getOwnNamespace()
  const mill = own.addObject({ organizedBy: space.rootFolder.objects, browseName: 'Mill2' })
  const variable = (name: string, dataType: DataType, value: Variant): UAVariable =>
    own.addVariable({
      componentOf: mill,
      nodeId: `s=Mill2.${name}`,
      browseName: name,
      dataType,
      minimumSamplingInterval: 50,
      ...(value.arrayType === VariantArrayType.Array ? { valueRank: 1, arrayDimensions: [0] } : {}),
      value,
    })
  const double = (value: number) => new Variant({ dataType: DataType.Double, value })
  const power = own.addAnalogDataItem({
    componentOf: mill,
    nodeId: 's=Mill2.power',
    browseName: 'power',
    dataType: 'Double',
    engineeringUnitsRange: { low: 0, high: 100 },
    engineeringUnits: standardUnits.kilowatt,
    minimumSamplingInterval: 50,
    value: double(4.5),
  })
  const feed = variable('feed', DataType.Double, double(100))
  const state = variable('state', DataType.String, new Variant({ dataType: DataType.String, value: 'running' }))
  const sensor = variable('sensor', DataType.Double, double(20))
  sensor.setValueFromSource(double(0), StatusCodes.BadSensorFailure)
  variable(
    'waveform',
    DataType.Float,
    new Variant({ dataType: DataType.Float, arrayType: VariantArrayType.Array, value: new Float32Array(64) }),
  )
  await server.start()
  const endpoint = server.endpoints[0]
  return {
    port: endpoint?.port ?? 0,
    url: `opc.tcp://127.0.0.1:${endpoint?.port ?? 0}`,
    setPower: (value: number, at = new Date()) => power.setValueFromSource(double(value), StatusCodes.Good, at),
    setState: (value: string) => state.setValueFromSource(new Variant({ dataType: DataType.String, value })),
    feed: (): number => feed.readValue().value.value,
    close: () => server.shutdown(0),
  }
}
