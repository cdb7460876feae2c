import { COUNT_MAX } from './answer.ts'
import type { Complex } from './filter.ts'
import { type Attribute, GROUP, type ResourceSchema, USER } from './schema.ts'

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema'
const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'
const CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'

const schemas = [USER, GROUP]

/** What a client can expect here (RFC 7643 §5). @param base the address before `/Users`. */
export function serviceProviderConfig(base: string): Complex {
  return {
    schemas: [CONFIG],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: COUNT_MAX },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        ...{ type: 'oauthbearertoken', name: 'Bearer token', primary: true },
        description: 'A provisioning token, made by an administrator, sent as Authorization: Bearer.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

/** RFC 7643 §6. */
export function resourceTypes(base: string): Complex[] {
  return schemas.map(({ id, name, endpoint, description }) => ({
    ...{ schemas: [RESOURCE_TYPE], id: name, name, endpoint, description, schema: id },
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  }))
}

/** RFC 7643 §7. */
export function schemaDocuments(base: string): Complex[] {
  return schemas.map((schema: ResourceSchema) => ({
    ...{ schemas: [SCHEMA], id: schema.id, name: schema.name, description: schema.description },
    attributes: schema.attributes.map(describe),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }))
}

function describe({ max: _, subAttributes, ...attribute }: Attribute): Complex {
  return { ...attribute, ...(subAttributes && { subAttributes: subAttributes.map(describe) }) }
}
