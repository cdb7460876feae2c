import { problemType } from '@millrace/base'

/** The bytes are no Sparkplug B payload, or one beyond the bounds of this codec. */
export const payloadInvalid = problemType('sparkplug/payload-invalid', 'invalid', 'Not a valid Sparkplug payload')

/** The topic is no Sparkplug 3.0 topic. */
export const topicInvalid = problemType('sparkplug/topic-invalid', 'invalid', 'Not a valid Sparkplug topic')
