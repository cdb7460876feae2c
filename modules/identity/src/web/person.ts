import type { Person } from '../contract.ts'
import { texts } from './texts.ts'

/** `NB` of Nadia Brunner: first letters of the first and the last name. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}

const ROLES: Readonly<Record<string, string>> = texts.roles

/** A built-in role in words; one of the company's own by its id. */
export function roleText(role: string): string {
  return ROLES[role] ?? role
}

/** The roles of a person in words, each once. */
export function roleTexts(person: Person): string {
  return [...new Set(person.grants.map((grant) => roleText(grant.role)))].join(', ')
}
