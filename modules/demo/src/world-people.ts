import type { Role } from '@millrace/identity'
import type { SiteKey } from './world-sites.ts'

export type WorldPerson = {
  key: string
  name: string
  email: string
  /** What the person does, in the company's words. */
  title: string
  role: Role
  /** Where the role holds; null everywhere. */
  siteKey: SiteKey | null
  /** Shown on the demo's sign-in page, one per role. */
  featured: boolean
}

export const people: readonly WorldPerson[] = [
  person('Nadia Brunner', 'Plant manager Sursee', 'plant-manager', 'sursee', true),
  person('Diego Ramírez', 'Plant manager Querétaro', 'plant-manager', 'queretaro'),
  person('Lena Zgraggen', 'Operator, blade milling', 'operator', 'sursee', true),
  person('Mateo Flores', 'Operator, moulding', 'operator', 'queretaro'),
  person('Karin Stalder', 'Planner', 'planner', null, true),
  person('Tomás Herrera', 'Maintenance Querétaro', 'maintenance', 'queretaro'),
  person('Urs Amstad', 'Maintenance Sursee', 'maintenance', 'sursee', true),
  person('Sofia Keller', 'Quality', 'quality', null, true),
  person('Beat Imfeld', 'Buyer', 'buyer', null, true),
  person('Chiara Rossi', 'Process engineer', 'engineer', null, true),
  person('Helen Frey', 'Chief executive', 'executive', null, true),
  person('Jonas Arnold', 'IT and security', 'it-admin', null, true),
  person('Andrea Wyss', 'Auditor', 'auditor', null, true),
]

function person(name: string, title: string, role: Role, siteKey: SiteKey | null, featured = false): WorldPerson {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const key = plain.replaceAll(' ', '-')
  return { key, name, email: `${plain.replaceAll(' ', '.')}@alpine-edge.example`, title, role, siteKey, featured }
}
