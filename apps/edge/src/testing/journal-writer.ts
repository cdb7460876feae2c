import { Journal } from '../journal.ts'
import { createLog } from '../log.ts'

// Writes numbered samples until it is killed, and says each number only once the journal has said that it is durable.
const [dir = '', segmentBytes = '65536'] = process.argv.slice(2)
const journal = await Journal.open(dir, {
  maxBytes: 64 * 1024 * 1024,
  segmentBytes: Number(segmentBytes),
  log: createLog({ write: () => undefined }),
})
for (let next = journal.lastNumber + 1; ; next += 1) {
  const samples = Array.from({ length: 20 }, (_, index) => next * 20 + index)
  const stored = await journal.append([
    {
      series: 1,
      kind: 'number',
      timestampsMs: Float64Array.from(samples, (sample) => 1_790_000_000_000 + sample),
      values: Float64Array.from(samples),
      qualities: new Uint8Array(samples.length).fill(2),
    },
  ])
  if (stored) process.send?.(next)
}
