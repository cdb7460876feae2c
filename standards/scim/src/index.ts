export { comparedBy, listDocument, projected, type Slice, sliceOf, type Wanted } from './answer.ts'
export { resourceTypes, schemaDocuments, serviceProviderConfig } from './discovery.ts'
export { type ErrorDocument, errorDocument } from './error.ts'
export { type Complex, demanded, type Filter, type Literal, matches, mentions, parseFilter } from './filter.ts'
export { patched } from './patch.ts'
export {
  filterInvalid,
  noTarget,
  notImplemented,
  syntaxInvalid,
  tooMany,
  valueInvalid,
  versionStale,
} from './problems.ts'
export { type Resource, readResource } from './resource.ts'
export { findPath, GROUP, type Path, type ResourceSchema, USER } from './schema.ts'
