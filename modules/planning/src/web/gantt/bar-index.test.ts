import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemsWithin, laneIndex } from './bar-index.ts'

const span = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 300 }))
  .map(([startMs, length]) => ({ startMs, endMs: startMs + length }))

test('the index finds exactly what a look at every item finds', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), span, (items, { startMs: fromMs, endMs: toMs }) => {
      const expected = items.filter((one) => one.startMs < toMs && one.endMs > fromMs)
      const found = itemsWithin(laneIndex(items), { fromMs, toMs })
      expect(new Set(found)).toEqual(new Set(expected))
      expect(found).toEqual(found.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs))
    }),
  )
})
