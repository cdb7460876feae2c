import '@millrace/ui/styles.css'
import { MantineProvider } from '@mantine/core'
import { isProblem, Problem } from '@millrace/base'
import { StepUpDialog } from '@millrace/identity/web'
import { live, theme } from '@millrace/ui'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createAppRouter } from './router.tsx'

/** Reads are tried this often again while the server is away; other refusals are final. */
const RETRY_LIMIT = 3

const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      const ended = isProblem(error) && error.type.kind === 'unauthenticated'
      // The session ended while the page was open: the guard sends the person to sign in, and back here afterwards.
      if (!ended || query.queryKey[0] === 'identity') return
      queryClient.setQueryData(['identity', 'session'], null)
      void router.invalidate()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < RETRY_LIMIT && error instanceof Problem && error.type.kind === 'unavailable',
    },
  },
})
const router = createAppRouter(queryClient)

// After a lost connection nothing on the screen is known to be true any more.
let gaps = 0
live.onStatus(() => {
  if (live.status.gaps === gaps) return
  gaps = live.status.gaps
  void queryClient.invalidateQueries()
})

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no element with the id root.')
createRoot(host).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
        withStaticClasses={false}
      >
        <RouterProvider router={router} />
        <StepUpDialog />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)
