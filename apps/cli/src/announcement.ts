import type { DemoPerson } from './messages.ts'

export type SignIns = { readonly people: readonly DemoPerson[] }

/** What is printed when everything runs: the address, and whom one can be. */
export function announcement(url: string, isDemo: boolean, signIns: SignIns | undefined): string {
  const lines = ['', `Millrace is running: ${url}`, '']
  if (signIns && signIns.people.length > 0) {
    const nameWidth = Math.max(...signIns.people.map(({ name }) => name.length))
    lines.push('Sign in with one click as one of the demo company:')
    for (const { name, title } of signIns.people) lines.push(`  ${name.padEnd(nameWidth)}  ${title}`)
    lines.push('')
  } else if (!isDemo) {
    lines.push('Open it to set up your company.', '')
  }
  lines.push('Press Ctrl-C to stop.')
  return lines.join('\n')
}
