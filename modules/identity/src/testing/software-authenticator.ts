import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { PasskeyMade, PasskeyShown } from '../factor-contract.ts'

// Flags of authenticator data, WebAuthn Level 3 §6.1.
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const CREDENTIAL_INCLUDED = 0x40

interface Asked {
  readonly challenge: string
  readonly rpId?: string
}

/** What a hostile or careless authenticator does otherwise. */
export interface Manner {
  readonly origin?: string
  readonly rpId?: string
  readonly unverified?: true
  readonly counter?: number
  readonly key?: KeyObject
}

/** A passkey in software, as a browser and its device would make and show it. ES256, no attestation. */
export class SoftwareAuthenticator {
  readonly origin: string
  readonly credentialId = randomBytes(32)
  counter = 0
  userHandle = ''
  #key = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  constructor(origin: string) {
    this.origin = origin
  }

  make(offer: Asked & { rp: { id?: string | undefined }; user: { id: string } }, manner: Manner = {}): PasskeyMade {
    this.userHandle = offer.user.id
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' })
    // COSE_Key in CBOR: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }, RFC 9053 §7.1.
    const cose = Buffer.concat([
      Buffer.from('a50102032620012158 20'.replaceAll(' ', ''), 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.credentialId.length)
    const authData = Buffer.concat([
      this.#head(offer.rp.id ?? '', CREDENTIAL_INCLUDED, manner),
      Buffer.alloc(16),
      length,
      this.credentialId,
      cose,
    ])
    const size = Buffer.alloc(2)
    size.writeUInt16BE(authData.length)
    // { "fmt": "none", "attStmt": {}, "authData": bytes }, WebAuthn Level 3 §6.5.
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
      size,
      authData,
    ])
    const id = this.credentialId.toString('base64url')
    return {
      ...{ id, rawId: id, type: 'public-key' },
      response: {
        clientDataJSON: this.#clientData('webauthn.create', offer.challenge, manner).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
      clientExtensionResults: {},
    }
  }

  show(asked: Asked, manner: Manner = {}): PasskeyShown {
    this.counter += 1
    const authData = this.#head(asked.rpId ?? new URL(this.origin).hostname, 0, manner)
    const clientData = this.#clientData('webauthn.get', asked.challenge, manner)
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
    const id = this.credentialId.toString('base64url')
    return {
      ...{ id, rawId: id, type: 'public-key' },
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, manner.key ?? this.#key.privateKey).toString('base64url'),
        userHandle: this.userHandle,
      },
      clientExtensionResults: {},
    }
  }

  #head(rpId: string, flags: number, manner: Manner): Buffer {
    const head = Buffer.alloc(37)
    createHash('sha256')
      .update(manner.rpId ?? rpId)
      .digest()
      .copy(head)
    head.writeUInt8(flags | USER_PRESENT | (manner.unverified ? 0 : USER_VERIFIED), 32)
    head.writeUInt32BE(manner.counter ?? this.counter, 33)
    return head
  }

  #clientData(type: string, challenge: string, manner: Manner): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: manner.origin ?? this.origin, crossOrigin: false }))
  }
}
