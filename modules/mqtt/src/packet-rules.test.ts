import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packetGuard } from './packet-rules.ts'

/** A packet whose body has so many bytes. */
function packet(length: number): Uint8Array {
  const head = [0x30]
  let rest = length
  do {
    head.push((rest % 128) | (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Uint8Array.from([...head, ...new Uint8Array(length)])
}

test('packets within the bounds pass, in whatever pieces they come', () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.array(fc.nat(1000), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
      (first, others, pieces) => {
        const isWithin = packetGuard(100, 1000)
        const bytes = Buffer.concat([first, ...others].map(packet))
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = pieces[turn % pieces.length] ?? 1
          expect(isWithin(bytes.subarray(at, at + size))).toBe(true)
          at += size
        }
      },
    ),
  )
})

test.each([
  ['the first', [packet(101)]],
  ['a later one', [packet(100), packet(1001)]],
  ['one whose length never ends', [packet(1), Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x00])]],
])('%s beyond its bound is seen by its header alone', (_, packets) => {
  const isWithin = packetGuard(100, 1000)
  const bytes = Buffer.concat(packets)
  const before = Buffer.concat(packets.slice(0, -1)).length
  expect(isWithin(bytes.subarray(0, before))).toBe(true)
  expect(isWithin(bytes.subarray(before, before + 5))).toBe(false)
  expect(isWithin(packet(1))).toBe(false)
})
