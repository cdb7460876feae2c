import { problemType } from './problem.ts'

/** The bytes are no batch of this version, are damaged, or go beyond the bounds of the codec. */
export const batchInvalid = problemType('base/batch-invalid', 'invalid', 'Not a valid batch of samples')
