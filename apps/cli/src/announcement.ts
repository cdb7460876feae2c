import type { DemoPerson } from './messages.ts'

export type SignIns = { readonly people: readonly DemoPerson[]; readonly password: string }

/** What is printed when everything runs: the address, and whom one can be. */
export function announcement(url: string, isDemo: boolean, signIns: SignIns | undefined): string {
  const lines = ['', `Millrace is running: ${url}`, '']
  if (signIns && signIns.people.length > 0) {
    const roleWidth = Math.max(...signIns.people.map(({ role }) => role.length))
    const nameWidth = Math.max(...signIns.people.map(({ name }) => name.length))
    lines.push(`Sign in to the demo company as one of these, with the password ${signIns.password}`)
    for (const { role, name, email } of signIns.people) {
      lines.push(`  ${role.padEnd(roleWidth)}  ${name.padEnd(nameWidth)}  ${email}`)
    }
    lines.push('')
  } else if (!isDemo) {
    lines.push('Open it to set up your company.', '')
  }
  lines.push('Press Ctrl-C to stop.')
  return lines.join('\n')
}
