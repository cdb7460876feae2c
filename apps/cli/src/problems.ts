import { problemType } from '@millrace/base'

/** Something outside Millrace stands in the way; the detail is one sentence that says what to do. */
export const cannotStart = problemType('cli/cannot-start', 'unavailable', 'Millrace cannot start')

/** The command line makes no sense; the detail says what would. */
export const commandInvalid = problemType('cli/command-invalid', 'invalid', 'Invalid command')
