import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLevelDetector } from './level-detector.ts'
import { createNoveltyDetector } from './novelty-detector.ts'
import { createSensorChecks } from './sensor-checks.ts'
import { spindleBands } from './spectral-bands.ts'
import { createSpectralDetector } from './spectral-detector.ts'
import { spectrum } from './spectrum.ts'
import type { DetectorSnapshot, DetectorVerdict } from './verdict.ts'

type Sample = { stepMs: number; value: number; context: string }

const sample: fc.Arbitrary<Sample> = fc.record({
  stepMs: fc.oneof(fc.constant(1000), fc.integer({ min: -5000, max: 4_000_000 })),
  value: fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 9, max: 11, noNaN: true }) },
    { weight: 1, arbitrary: fc.double() },
    { weight: 1, arbitrary: fc.constantFrom(0, -1, 1e15, -1e15, Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN) },
  ),
  context: fc.constantFrom('running', 'running', 'running', 'idle', 'setup'),
})
const stream = fc.array(sample, { minLength: 20, maxLength: 400 })

type AnyDetector = {
  feed(nowMs: number, sample: Sample): void
  verdict(): DetectorVerdict
  snapshot(): DetectorSnapshot
}

const makers: Record<string, (snapshot?: DetectorSnapshot) => AnyDetector> = {
  level: (snapshot) => valued(createLevelDetector({ learnSamples: 20, learnMs: 10_000 }, snapshot)),
  trend: (snapshot) =>
    valued(createLevelDetector({ mode: 'trend', trendMs: 64_000, learnSamples: 20, learnMs: 10_000 }, snapshot)),
  novelty: (snapshot) => valued(createNoveltyDetector({ probation: 60 }, snapshot)),
  noveltyWithRange: (snapshot) =>
    valued(createNoveltyDetector({ probation: 60, range: { low: 0, high: 20 } }, snapshot)),
  sensor: (snapshot) => {
    const checks = createSensorChecks({ range: { low: 0, high: 20 }, stuckMs: 5000 }, snapshot)
    return {
      feed: (nowMs, { value, context }) => checks.update(nowMs, value, context === 'running'),
      verdict: () => checks.verdict(),
      snapshot: () => checks.snapshot(),
    }
  },
  spectral: (snapshot) => {
    const detector = createSpectralDetector(
      { bands: spindleBands(4, { outer: 6.72 }), learnSamples: 10, learnMs: 5000 },
      snapshot,
    )
    return {
      feed(nowMs, { value, context }) {
        const amplitude = Number.isFinite(value) ? Math.max(-1e15, Math.min(1e15, value)) : 0
        const waveform = Float32Array.from({ length: 256 }, (_, i) => amplitude * Math.sin(i))
        detector.update(nowMs, spectrum(waveform, 4096), { context, speedRpm: 9600 })
      },
      verdict: () => detector.verdict(),
      snapshot: () => detector.snapshot(),
    }
  },
}

function valued(detector: ReturnType<typeof createLevelDetector>): AnyDetector {
  return {
    feed: (nowMs, { value, context }) => detector.update(nowMs, value, context),
    verdict: () => detector.verdict(),
    snapshot: () => detector.snapshot(),
  }
}

/** JSON with a name instead of null for what JSON cannot say, so that the test sees it. */
function strictJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? `${inner}` : inner,
  )
}

test.each(Object.keys(makers))('%s: whatever comes, the verdict and the snapshot are plain finite JSON', (name) => {
  const make = makers[name]
  if (!make) throw new Error(name)
  fc.assert(
    fc.property(stream, (samples) => {
      const detector = make()
      let nowMs = 1_700_000_000_000
      for (const one of samples) {
        nowMs += one.stepMs
        detector.feed(nowMs, one)
      }
      const verdict = detector.verdict()
      expect(strictJson([verdict, detector.snapshot()])).not.toMatch(/"(NaN|-?Infinity)"/)
      expect(verdict.score).toBeGreaterThanOrEqual(0)
      expect(verdict.confidence).toBeGreaterThanOrEqual(0)
      expect(verdict.confidence).toBeLessThanOrEqual(1)
      expect(verdict.state === 'anomalous').toBe(verdict.sinceMs !== undefined)
    }),
    { numRuns: 40 },
  )
})

test.each(Object.keys(makers))('%s: restored in the middle, it goes on as if nothing had happened', (name) => {
  const make = makers[name]
  if (!make) throw new Error(name)
  fc.assert(
    fc.property(stream, fc.double({ min: 0, max: 1, noNaN: true }), (samples, share) => {
      const whole = make()
      let parted = make()
      const cut = Math.floor(share * samples.length)
      let nowMs = 1_700_000_000_000
      samples.forEach((one, index) => {
        nowMs += one.stepMs
        whole.feed(nowMs, one)
        parted.feed(nowMs, one)
        if (index === cut) parted = make(JSON.parse(JSON.stringify(parted.snapshot())) as DetectorSnapshot)
      })
      expect(strictJson(parted.verdict())).toBe(strictJson(whole.verdict()))
      expect(strictJson(parted.snapshot())).toBe(strictJson(whole.snapshot()))
    }),
    { numRuns: 40 },
  )
})

test('a snapshot of another kind or version is ignored: the detector learns anew', () => {
  const level = createLevelDetector()
  level.update(1, 5)
  const { state } = level.snapshot()
  expect(createLevelDetector({}, { detector: 'novelty', version: 1, state }).verdict().value).toBeUndefined()
  expect(createLevelDetector({}, { detector: 'level', version: 99, state }).verdict().value).toBeUndefined()
})

/** Text of a number is up to 20 characters for 8 bytes. */
const SNAPSHOT_CHARACTERS_MAX = 64 * 1024

test('state stays bounded however many contexts and samples there are', () => {
  for (const make of Object.values(makers)) {
    const detector = make()
    for (let i = 0; i < 20_000; i++) {
      const value = 10 + Math.sin(i * 12.9898) * ((i * 7919) % 13)
      detector.feed(1_700_000_000_000 + i * 1000, {
        stepMs: 1000,
        value,
        context: `program ${Math.floor(i / 50) % 40}`,
      })
    }
    expect(JSON.stringify(detector.snapshot()).length).toBeLessThan(SNAPSHOT_CHARACTERS_MAX)
  }
})
