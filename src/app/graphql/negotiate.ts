/** The media types of a GraphQL response (GraphQL over HTTP, "Media Types"). */
export type MediaType = 'application/json' | 'application/graphql-response+json'

/**
 * The media type to answer with, by the weights of `Accept` (RFC 9110 §12.5.1); of equal ones the
 * first. Without the header, and for a wildcard, `application/json`. Undefined when every type that
 * is accepted is foreign: 406.
 */
export function negotiate(accept: string | null): MediaType | undefined {
  if (accept === null || accept === '' || accept === '*/*') return 'application/json'
  let best: MediaType | undefined
  let bestWeight = 0
  for (const range of accept.split(',', 32)) {
    const [type = '', ...parameters] = range.split(';')
    const media = supported(type.trim().toLowerCase())
    const weight = media === undefined ? 0 : weightOf(parameters)
    if (weight > bestWeight) {
      best = media
      bestWeight = weight
    }
  }
  return best
}

function supported(type: string): MediaType | undefined {
  if (type === 'application/graphql-response+json') return type
  const isJson = type === 'application/json' || type === 'application/*' || type === '*/*'
  return isJson ? 'application/json' : undefined
}

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    if (name.trim().toLowerCase() === 'q') return Number(value)
  }
  return 1
}

/** Whether `Accept` names one of the media types itself, and not by a wildcard. */
export function namesGraphqlMedia(accept: string | null): boolean {
  return accept !== null && /application\/(?:graphql-response\+)?json\b/i.test(accept)
}
