import type { Role } from '@millrace/identity'

/** A role of the company's own, made of what the built-in ones contain. */
export type WorldRole = {
  key: string
  name: string
  permissions: readonly string[]
}

/** A role as it is held: a built-in one or one of the company's own by key. */
export type WorldGrant = {
  role: Role | WorldRole['key']
  /** Key of a site, area, work center or machine; null everywhere. */
  placeKey: string | null
  shifts?: readonly string[]
  zones?: readonly string[]
  /** Ends so many days after the demo came. */
  days?: number
}

export type WorldPerson = {
  key: string
  name: string
  email: string
  /** What the person does, in the company's words. */
  title: string
  grants: readonly WorldGrant[]
  /** Shown on the demo's sign-in page. */
  featured: boolean
  /** Why the person is no longer with the company. */
  left?: string
}

export type WorldKey = { name: string; madeBy: string; days: number; grants: readonly WorldGrant[] }

const AT_MACHINES = [
  'plant:equipment:read',
  'telemetry:signal:read',
  'control:set-point:read',
  'control:command:read',
  'control:command:request',
  'insight:finding:read',
  'planning:order:read',
  'planning:schedule:read',
]

export const roles: readonly WorldRole[] = [
  {
    key: 'shift-leader',
    name: 'Shift leader',
    permissions: [...AT_MACHINES, 'insight:finding:decide', 'plant:gateway:read', 'identity:person:read'],
  },
  { key: 'setter', name: 'Setter', permissions: [...AT_MACHINES, 'insight:finding:decide', 'telemetry:signal:write'] },
]

export const networkZones = [
  { name: 'Sursee plant network', ranges: ['10.20.0.0/16', 'fd20::/16'] },
  { name: 'Querétaro plant network', ranges: ['10.30.0.0/16'] },
] as const

const held = (
  role: WorldGrant['role'],
  placeKey: string | null = null,
  condition: Omit<WorldGrant, 'role' | 'placeKey'> = {},
): WorldGrant => ({ role, placeKey, ...condition })

/** An operator of an area during certain shifts. */
const operator = (placeKey: string, ...shifts: string[]) => held('operator', placeKey, { shifts })

export const people: readonly WorldPerson[] = [
  // The whole company.
  featured('Helen Frey', 'Chief executive', held('executive')),
  featured('Karin Stalder', 'Planner', held('planner')),
  featured('Sofia Keller', 'Quality', held('quality')),
  featured('Beat Imfeld', 'Buyer', held('buyer')),
  featured('Chiara Rossi', 'Process engineer', held('engineer')),
  featured('Jonas Arnold', 'IT and security', held('it-admin')),
  featured('Andrea Wyss', 'Auditor', held('auditor')),
  person('Markus Odermatt', 'Chief financial officer', held('executive')),
  person('Priya Nair', 'IT and security', held('it-admin')),
  person('Ruth Ambühl', 'Buyer, tools and abrasives', held('buyer')),

  // Sursee. Who runs one plant looks at the others too, and changes nothing there.
  featured('Nadia Brunner', 'Plant manager Sursee', held('plant-manager', 'sursee'), held('executive')),
  featured('Lena Zgraggen', 'Operator, blade milling', held('operator', 'sursee')),
  featured('Urs Amstad', 'Maintenance Sursee', held('maintenance', 'sursee')),
  person('Stefan Kunz', 'Planner Sursee', held('planner', 'sursee')),
  person('Daniela Furrer', 'Shift leader, early', held('shift-leader', 'sursee', { shifts: ['Early'] })),
  person('Thomas Bieri', 'Shift leader, late', held('shift-leader', 'sursee', { shifts: ['Late'] })),
  person('Peter Lustenberger', 'Setter, mills', held('setter', 'blade-milling')),
  person('Simone Achermann', 'Setter, grinding', held('setter', 'grinding')),
  person('Jan Nowak', 'Operator, blade milling', operator('blade-milling', 'Early')),
  person('Fatima Demir', 'Operator, blade milling', operator('blade-milling', 'Early')),
  person('Marco Bühler', 'Operator, blade milling', operator('blade-milling', 'Late')),
  person('Reto Gisler', 'Operator, blade milling', operator('blade-milling', 'Late')),
  person('Ivan Petrović', 'Operator, heat treatment', operator('heat-treatment', 'Early')),
  person('Silvia Roos', 'Operator, heat treatment', operator('heat-treatment', 'Late')),
  person('Arben Krasniqi', 'Operator, heat treatment, nights', held('operator', 'heat-treatment')),
  person('Ana Costa', 'Operator, grinding', operator('grinding', 'Early')),
  person('Luca Bernasconi', 'Operator, grinding', operator('grinding', 'Early')),
  person('Monika Egli', 'Operator, grinding', operator('grinding', 'Late')),
  person('Samuel Tesfay', 'Operator, grinding', operator('grinding', 'Late')),
  person('Rahel Stocker', 'Operator, engraving', operator('marking', 'Early')),
  person('Elif Kaya', 'Operator, premium assembly', operator('premium-assembly', 'Early')),
  person('Nico Duss', 'Operator, premium assembly', operator('premium-assembly', 'Late')),
  person('Philipp Zemp', 'Electrician', held('maintenance', 'sursee')),
  person('Claudia Hess', 'Building services', held('maintenance', 'sursee-utilities')),
  person('Lars Meier', 'Quality inspector', held('quality', 'finishing')),
  person('Yasmin Haddad', 'Process engineer, heat treatment', held('engineer', 'heat-treatment')),
  gone('Rolf Tanner', 'Operator, grinding', 'Retired.', operator('grinding', 'Late')),

  // Querétaro.
  featured('Diego Ramírez', 'Plant manager Querétaro', held('plant-manager', 'queretaro'), held('executive')),
  featured('Mateo Flores', 'Operator, moulding', held('operator', 'queretaro')),
  featured('Tomás Herrera', 'Maintenance Querétaro', held('maintenance', 'queretaro')),
  person('Alejandra Núñez', 'Shift leader, day', held('shift-leader', 'queretaro', { shifts: ['Day'] })),
  person('Óscar Medina', 'Shift leader, evening', held('shift-leader', 'queretaro', { shifts: ['Evening'] })),
  person('Rubén Salas', 'Shift leader, night', held('shift-leader', 'queretaro', { shifts: ['Night'] })),
  person('Gabriela Torres', 'Setter, moulding', held('setter', 'moulding')),
  person('Iván Castañeda', 'Setter, turning', held('setter', 'turning')),
  person('Luis Ortega', 'Operator, turning', operator('turning', 'Day')),
  person('Rosa Jiménez', 'Operator, turning', operator('turning', 'Day')),
  person('Hugo Cervantes', 'Operator, turning', operator('turning', 'Evening')),
  person('Pablo Reyes', 'Operator, turning', operator('turning', 'Night')),
  person('Carmen Aguilar', 'Operator, moulding', operator('moulding', 'Day')),
  person('Ernesto Vega', 'Operator, moulding', operator('moulding', 'Evening')),
  person('Lucía Mendoza', 'Operator, moulding', operator('moulding', 'Night')),
  person('Javier Luna', 'Operator, anodising', operator('anodising', 'Day')),
  person('Daniela Rangel', 'Operator, anodising', operator('anodising', 'Evening')),
  person('Fernanda Ríos', 'Operator, assembly', operator('assembly', 'Day')),
  person('Sergio Barrera', 'Operator, assembly', operator('assembly', 'Day', 'Evening')),
  person('Paola Montes', 'Operator, assembly', operator('assembly', 'Evening')),
  person('Víctor Salinas', 'Operator, packing', operator('packing', 'Day')),
  person(
    'Andrés Quintero',
    'Controls technician',
    held('maintenance', 'queretaro', { zones: ['Querétaro plant network'] }),
  ),
  person('Valeria Domínguez', 'Quality inspector', held('quality', 'assembly'), held('quality', 'moulding')),
  gone('Miguel Prado', 'Planner', 'Left for another company.', held('planner', 'queretaro')),

  // Guests.
  featured('Florian Graf', 'Service technician, Spindeltec', held('vendor', 'mill-4', { days: 30 })),
  person(
    'Martin Brandt',
    'Service technician, Ofenbau Keller',
    held('vendor', 'furnace-1', { days: 7, zones: ['Sursee plant network'] }),
    held('vendor', 'furnace-2', { days: 7, zones: ['Sursee plant network'] }),
  ),
  person('Eva Lindner', 'Purchasing, Gastro Direkt', held('customer')),
]

export const apiKeys: readonly WorldKey[] = [
  { name: 'MES Sursee', madeBy: 'Jonas Arnold', days: 300, grants: [held('planner', 'sursee')] },
  { name: 'Energy report', madeBy: 'Priya Nair', days: 60, grants: [held('executive')] },
]

function person(name: string, title: string, ...grants: WorldGrant[]): WorldPerson {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const key = plain.replaceAll(' ', '-')
  return { key, name, email: `${plain.replaceAll(' ', '.')}@alpine-edge.example`, title, grants, featured: false }
}

function featured(name: string, title: string, ...grants: WorldGrant[]): WorldPerson {
  return { ...person(name, title, ...grants), featured: true }
}

function gone(name: string, title: string, left: string, ...grants: WorldGrant[]): WorldPerson {
  return { ...person(name, title, ...grants), left }
}
