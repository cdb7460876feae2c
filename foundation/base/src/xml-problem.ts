import { problemType } from './problem.ts'

/** The text is no XML, or none that is accepted: its data name the `reason`. */
export const xmlInvalid = problemType('base/xml-invalid', 'invalid', 'XML cannot be read')
