import encodeQR from 'qr'
import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { badgeOf } from '../station-rules.ts'

test('a printed badge is read by the program that reads where the browser cannot', () => {
  const badge = badgeOf(Uint8Array.from({ length: 16 }, (_, index) => index * 17))
  // What the camera sees: the code with its margin, some pixels for each of its squares.
  const rows = encodeQR(badge, 'raw', { ecc: 'medium', border: 3, scale: 5 })
  const data = new Uint8ClampedArray(rows.flat().flatMap((dark) => (dark ? [20, 24, 30, 255] : [235, 232, 225, 255])))
  expect(decodeQR({ width: rows.length, height: rows.length, data })).toBe(badge)
})
