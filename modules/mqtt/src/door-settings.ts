/** Where the door for devices is, and how it is locked. */
export interface DoorSettings {
  readonly host: string
  readonly port: number
  /** Whether another port will do when this one is taken. */
  readonly isPortFree: boolean
  /** PEM, both. Without them what is said can be read on the way. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
}
