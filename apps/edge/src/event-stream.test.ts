import { expect, test } from 'vitest'
import { EventParser } from './event-stream.ts'

test('events arrive whole however the bytes are cut', () => {
  const text = ': hello\n\nevent: command\ndata: {"token":"a"}\n\ndata: first\r\ndata: second\r\n\r\nevent: empty\n\n'
  for (let cut = 0; cut <= text.length; cut += 1) {
    const parser = new EventParser()
    expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual([
      { event: 'command', data: '{"token":"a"}' },
      { event: 'message', data: 'first\nsecond' },
    ])
  }
})

test('a line or an event without end is refused', () => {
  expect(() => new EventParser().push(`data: ${'a'.repeat(70_000)}`)).toThrow(RangeError)
  const parser = new EventParser()
  expect(() => {
    for (let count = 0; count < 100; count += 1) parser.push(`data: ${'a'.repeat(1_000)}\n`)
  }).toThrow(RangeError)
})
