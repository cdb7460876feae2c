import { problemType } from '@millrace/base'

export const filterInvalid = problemType('scim/filter-invalid', 'invalid', 'Filter is not valid')
export const pathInvalid = problemType('scim/path-invalid', 'invalid', 'Path is not valid')
export const valueInvalid = problemType('scim/value-invalid', 'invalid', 'Value is not valid')
export const syntaxInvalid = problemType('scim/syntax-invalid', 'invalid', 'Request is not valid')
export const noTarget = problemType('scim/no-target', 'invalid', 'Nothing to change')
export const mutabilityBroken = problemType('scim/mutability', 'invalid', 'Attribute cannot be changed')
export const tooMany = problemType('scim/too-many', 'invalid', 'Too many resources to look through')
export const versionStale = problemType('scim/version-stale', 'conflict', 'Changed in the meantime')
export const notImplemented = problemType('scim/not-implemented', 'missing', 'Not offered here')
