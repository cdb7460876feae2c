import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

const ROOT = path.resolve(import.meta.dirname, '..')
const OVERLAYS = ['small', 'clustered'] as const

interface Container {
  readonly name: string
  readonly image: string
  readonly env?: readonly { name: string; value?: string; valueFrom?: object }[]
  readonly securityContext?: Record<string, unknown>
  readonly resources?: { requests?: object; limits?: { memory?: string } }
  readonly startupProbe?: object
  readonly livenessProbe?: object
  readonly readinessProbe?: object
}

interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly Container[]
        readonly securityContext?: Record<string, unknown>
        readonly automountServiceAccountToken?: boolean
      }
    }
    readonly selector?: { readonly matchLabels?: Record<string, string> }
  }
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}

function resourcesIn(text: string): Resource[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
}

/** What the published schema of Kubernetes says is wrong with a resource. */
async function faultOf({ apiVersion, kind, ...rest }: Resource): Promise<string | undefined> {
  const name = ['kubernetes-models', apiVersion, kind].join('/')
  const models = await import(/* @vite-ignore */ name)
  try {
    new models[kind](rest).validate()
    return undefined
  } catch (error) {
    return `${kind} ${rest.metadata.name}: ${error instanceof Error ? error.message : error}`
  }
}

async function faultsOf(resources: readonly Resource[]): Promise<string[]> {
  const found = await Promise.all(resources.map(faultOf))
  return found.filter((fault) => fault !== undefined)
}

const base = globSync('deploy/kubernetes/base/*.yaml', { cwd: ROOT })
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) => resourcesIn(read(file)))

test('every manifest fits the published schema of its kind', async () => {
  expect(base.length).toBeGreaterThan(15)
  expect(await faultsOf(base)).toEqual([])
})

test('a manifest that does not fit is found', async () => {
  const broken = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api' }, spec: { ports: [{ name: 'http' }] } }
  expect(await faultsOf([broken as Resource])).toHaveLength(1)
})

const kubectl = versionOf('kubectl', ['version', '--client'])

test.skipIf(kubectl === undefined).each(OVERLAYS)(
  'the overlay %s renders to resources that fit (skipped where there is no kubectl)',
  async (overlay) => {
    const rendered = resourcesIn(
      execFileSync('kubectl', ['kustomize', `deploy/kubernetes/overlays/${overlay}`], { cwd: ROOT, encoding: 'utf8' }),
    )
    expect(rendered).toHaveLength(base.length + 1)
    expect(await faultsOf(rendered)).toEqual([])
  },
)

test('what runs is nobody’s root, cannot write its own program, is watched, bounded and spared', () => {
  const workloads = base.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
  expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual(['api', 'ingest', 'nats', 'worker'])
  const spared = new Set(
    base
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .map(({ spec }) => spec?.selector?.matchLabels?.['app.kubernetes.io/name']),
  )
  for (const { metadata, spec } of workloads) {
    expect(spared).toContain(metadata.name)
    expect(spec?.template?.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    for (const container of spec?.template?.spec.containers ?? []) {
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } },
        startupProbe: expect.any(Object),
        livenessProbe: expect.any(Object),
        readinessProbe: expect.any(Object),
      })
    }
  }
})

test('no file holds a secret, and every variable that is set is one that is read', () => {
  expect(base.filter(({ kind }) => kind === 'Secret')).toEqual([])
  const known = new Set(
    ['apps/server/src/config.ts', 'apps/edge/src/config.ts'].flatMap((file) => read(file).match(/MILLRACE_\w+/g) ?? []),
  )
  const files = globSync(['deploy/compose.yaml', 'deploy/Dockerfile', 'deploy/kubernetes/**/*.yaml'], { cwd: ROOT })
  expect(files.length).toBeGreaterThan(8)
  for (const file of files) {
    const text = read(file)
    // A password in an address is a variable or comes from a secret.
    expect(text, file).not.toMatch(/:\/\/\w+:(?!\$)[^@\s/]+@/)
    for (const [, name] of text.matchAll(/^\s*(?:- \{ name: )?(MILLRACE_\w+)(?:[:=]|,)/gm))
      expect(known, file).toContain(name)
  }
})

interface ComposeService {
  readonly image: string
  readonly networks: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: readonly string[] | Record<string, object>
  readonly restart: string
  readonly read_only?: boolean
  readonly security_opt?: readonly string[]
  readonly environment?: Record<string, string>
}

interface Compose {
  readonly services: Record<string, ComposeService>
  readonly networks: Record<string, object>
  readonly volumes: Record<string, object>
}

/** Keys of a service of ours, as compose-spec names them. */
const SERVICE_KEYS = [
  ...['image', 'build', 'command', 'environment', 'networks', 'volumes', 'depends_on', 'restart', 'read_only', 'tmpfs'],
  ...[
    'cap_drop',
    'security_opt',
    'stop_grace_period',
    'logging',
    'init',
    'ports',
    'healthcheck',
    'profiles',
    'shm_size',
  ],
]

// The published schema of compose files comes in no package that is kept: what we use of it is checked by hand.
test('the compose file names only what it declares, with keys that compose knows', () => {
  const { services, networks, volumes }: Compose = parse(read('deploy/compose.yaml'), { merge: true })
  expect(Object.keys(services).sort()).toEqual([
    ...['api', 'edge', 'ingest', 'nats-0', 'nats-1', 'nats-2', 'postgres', 'proxy', 'worker'],
  ])
  for (const [name, service] of Object.entries(services)) {
    expect(SERVICE_KEYS, name).toEqual(expect.arrayContaining(Object.keys(service)))
    expect(Object.keys(networks), name).toEqual(expect.arrayContaining([...service.networks]))
    const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {})
    expect(Object.keys(services), name).toEqual(expect.arrayContaining(needed))
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':')
      if (from.startsWith('./')) expect(read(path.join('deploy', from)), name).not.toBe('')
      else expect(Object.keys(volumes), name).toContain(from)
    }
    expect(service.restart, name).toBe('unless-stopped')
    if (name === 'postgres') continue
    expect(service, name).toMatchObject({ read_only: true, security_opt: ['no-new-privileges:true'] })
  }
  expect(services.api?.environment?.MILLRACE_ROLES).toBe('api')
  expect(services.ingest?.environment?.MILLRACE_ROLES).toBe('ingest')
  expect(services.worker?.environment?.MILLRACE_ROLES).toBe('worker')
})

test.each(['deploy/compose.yaml', 'deploy/kubernetes/base/nats.yaml'])(
  '%s asks for a NATS that keeps what it acknowledged',
  (file) => {
    const versions = [...read(file).matchAll(/image: nats:(\d+)\.(\d+)\.(\d+)/g)].map(([, ...parts]) =>
      parts.map(Number),
    )
    expect(versions.length).toBeGreaterThan(0)
    for (const [major = 0, minor = 0, patch = 0] of versions) {
      expect(major * 1_000_000 + minor * 1000 + patch).toBeGreaterThanOrEqual(2_012_007)
    }
    for (const config of globSync('deploy/**/nats.conf', { cwd: ROOT })) {
      expect(read(config), config).toMatch(/^\s*sync_interval: always$/m)
    }
  },
)

test('the image has a person of its own and says how it is', () => {
  const dockerfile = read('deploy/Dockerfile')
  expect(dockerfile.match(/^FROM /gm)).toHaveLength(2)
  expect(dockerfile).toMatch(/^USER 10001:10001$/m)
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*\/readyz/m)
  expect(dockerfile.match(/FROM node:(\d+)/)?.[1]).toBe('26')
})

function versionOf(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
