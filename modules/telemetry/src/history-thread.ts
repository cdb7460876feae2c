import { parentPort, workerData } from 'node:worker_threads'
import { openPool } from '@millrace/db'
import { createLog } from '@millrace/runtime'
import {
  type FromHistoryThread,
  type HistoryThreadData,
  startHistoryWork,
  type ToHistoryThread,
} from './history-worker.ts'
import { WORKER_CONNECTIONS } from './ingest-store.ts'

// The thread of the history: see HistoryWorker, which starts it.

const port = parentPort
if (!port) throw new Error('This file is started as a thread.')
const log = createLog()
const say = (message: FromHistoryThread) => port.postMessage(message)
const { databaseUrl, parts } = workerData as HistoryThreadData
const pool = openPool({
  url: databaseUrl,
  role: 'millrace_ingest',
  max: WORKER_CONNECTIONS,
  onError: (error) => log.warn('A database connection broke.', {}, error),
})
const working = startHistoryWork(pool, log, parts, { left: (left) => say({ left }), turn: say })

port.on('message', (message: ToHistoryThread) => {
  working
    .then(async (work) => {
      if (message !== 'stop') {
        if ('parts' in message) work.take(message.parts)
        else work.added(message.added)
      } else {
        await work.stop()
        port.close()
      }
    })
    .catch((error: unknown) => {
      log.error('The history thread could not do what it was told.', {}, error)
      process.exit(1)
    })
})
