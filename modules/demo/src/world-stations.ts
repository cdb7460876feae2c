/** A terminal on the floor at which operators take turns. */
export type WorldStation = { key: string; placeKey: string; name: string }

export const stations: readonly WorldStation[] = [
  { key: 'sursee-milling', placeKey: 'blade-milling', name: 'Blade milling terminal' },
  { key: 'queretaro-moulding', placeKey: 'moulding', name: 'Moulding terminal' },
]

/** Who may be tried at the stations, by name. In the demo a PIN is no secret: it stands on the screen. */
export const pins: ReadonlyMap<string, string> = new Map([
  ['Lena Zgraggen', '7314'],
  ['Urs Amstad', '2905'],
  ['Mateo Flores', '6183'],
  ['Tomás Herrera', '4058'],
])
