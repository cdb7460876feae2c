import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2023',
    // A file of its own for each font and picture: data addresses would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // The API of a server started with `npm start`.
    proxy: { '/api': process.env.MILLRACE_API_URL ?? 'http://127.0.0.1:4680' },
  },
})
