/**
 * How this process ends. Started by the supervisor it listens to it alone: it stops when told to, or when the supervisor is gone.
 * Ctrl-C in the terminal reaches every process there; then the supervisor decides. Started by hand it stops on SIGINT and SIGTERM.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  const end = () => stop.abort()
  if (process.send) {
    process.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop') end()
    })
    process.once('disconnect', end)
    process.on('SIGINT', () => undefined)
  } else process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return stop.signal
}
