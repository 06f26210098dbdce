import { AppError, errors } from '../../kernel/errors.ts'
import { JsonError, parseJson } from '../../kernel/json.ts'
import { readBody } from '../http/body.ts'
import { graphqlErrors, isRefusal, refuseHttp, refuseLimit, type Refusal } from './errors.ts'
import type { GraphqlLimits } from './limits.ts'
import { namesGraphqlMedia } from './negotiate.ts'

/** The parameters of a well-formed GraphQL-over-HTTP request; none is checked against the schema. */
export interface GraphqlParams {
  /** True for HEAD too. */
  readonly isGet: boolean
  readonly query: string | undefined
  readonly documentId: string | undefined
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly extensions: Readonly<Record<string, unknown>>
}

/** What `readParams` goes by. */
export interface RequestPolicy {
  readonly limits: GraphqlLimits
  /** Headers that a page cannot send to a foreign origin without a CORS preflight. Lower case. */
  readonly preflightHeaders: readonly string[]
}

type Members = Readonly<Record<string, unknown>>

const none: Members = {}

/**
 * Reads a request by GraphQL over HTTP: JSON by POST, or a query string by GET and HEAD. Never
 * throws.
 */
export async function readParams(
  request: Request,
  policy: RequestPolicy,
): Promise<GraphqlParams | Refusal> {
  if (request.method === 'POST') {
    const body = await readPost(request, policy.limits)
    return isRefusal(body) ? body : checkParams(body, false, policy.limits)
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    const search = readGet(request, policy)
    return isRefusal(search) ? search : checkParams(search, true, policy.limits)
  }
  return refuseHttp(errors.methodNotAllowed, 'GraphQL is served by GET and POST.', {
    Allow: 'GET, POST, HEAD',
  })
}

async function readPost(request: Request, limits: GraphqlLimits): Promise<Members | Refusal> {
  // A form or plain text can be posted from a foreign site without a preflight: only JSON is taken.
  if (!isJson(request.headers.get('content-type'))) {
    return refuseHttp(errors.unsupportedMediaType, 'The body must be application/json in UTF-8.', {
      Accept: 'application/json',
    })
  }
  try {
    const body = parseJson(await readBody(request, limits.bodyBytes), limits.bracketDepth)
    if (isMembers(body)) return body
    const isBatch = Array.isArray(body)
    return malformed(isBatch ? 'Batches are not supported.' : 'The body must be a JSON object.')
  } catch (error) {
    if (error instanceof AppError) return refuseHttp(error.definition, error.message, error.headers)
    if (error instanceof JsonError) return malformed(`The body ${error.message}.`)
    return malformed('The body cannot be read.')
  }
}

function readGet(request: Request, policy: RequestPolicy): Members | Refusal {
  if (!isSafeFromForeignSites(request.headers, policy.preflightHeaders)) {
    const names = policy.preflightHeaders.join(', ')
    return refuseHttp(
      graphqlErrors.preflightRequired,
      `A query by GET needs an Accept header that names application/json, or one of ${names}.`,
    )
  }
  if (request.url.length > policy.limits.bodyBytes) {
    return refuseHttp(errors.contentTooLarge, 'The address is too long.')
  }
  const { searchParams } = new URL(request.url)
  const members: Record<string, unknown> = {}
  for (const name of ['query', 'documentId', 'operationName', 'variables', 'extensions']) {
    const [text, ...more] = searchParams.getAll(name)
    if (more.length > 0) return malformed(`The parameter "${name}" is given twice.`)
    if (text === undefined) continue
    const isEncoded = name === 'variables' || name === 'extensions'
    try {
      members[name] = isEncoded ? parseJson(text || 'null', policy.limits.bracketDepth) : text
    } catch (error) {
      const why = error instanceof JsonError ? error.message : 'cannot be read'
      return malformed(`The parameter "${name}" ${why}.`)
    }
  }
  return members
}

/**
 * Whether a page of a foreign site cannot have caused this GET without its user's consent. A header
 * beyond the CORS safelist proves a preflight. `Sec-Fetch-Site` (Fetch Metadata) tells where a
 * browser's request comes from, and no page can set it. A client that sends neither is an old
 * browser or no browser: it has to name a GraphQL media type, which images, scripts, forms and
 * links cannot, and must not send `Origin`, which a cross-origin fetch does.
 */
function isSafeFromForeignSites(headers: Headers, preflightHeaders: readonly string[]): boolean {
  if (preflightHeaders.some((name) => headers.has(name))) return true
  if (isJson(headers.get('content-type'))) return true
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  if (headers.has('origin')) return false
  return headers.has('sec-fetch-mode') || namesGraphqlMedia(headers.get('accept'))
}

function isJson(contentType: string | null): boolean {
  if (contentType === 'application/json') return true
  return /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(contentType ?? '')
}

function checkParams(
  members: Members,
  isGet: boolean,
  limits: GraphqlLimits,
): GraphqlParams | Refusal {
  const { query, documentId, operationName, variables, extensions } = members
  if (!isOptionalText(query)) return malformed('"query" must be a string.')
  if (!isOptionalText(documentId)) return malformed('"documentId" must be a string.')
  if (!isOptionalText(operationName)) return malformed('"operationName" must be a string.')
  if (!isOptionalMembers(variables)) return malformed('"variables" must be an object.')
  if (!isOptionalMembers(extensions)) return malformed('"extensions" must be an object.')
  if (variables && hasLongList(variables, limits.inputItems)) {
    const message = `A list in the variables has more than ${limits.inputItems} elements.`
    return refuseLimit('inputItems', limits.inputItems, message)
  }
  return {
    isGet,
    query: query ?? undefined,
    documentId: documentId ?? undefined,
    // The specification reads an empty name in an address as none; forms of clients send it too.
    operationName: operationName || undefined,
    variables: variables ?? none,
    extensions: extensions ?? none,
  }
}

/** Recursion is safe: `parseJson` has bounded the nesting. */
function hasLongList(value: object, max: number): boolean {
  if (Array.isArray(value) && value.length > max) return true
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null && hasLongList(child, max)) return true
  }
  return false
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptionalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string'
}

function isOptionalMembers(value: unknown): value is Members | null | undefined {
  return value === undefined || value === null || isMembers(value)
}

function malformed(message: string): Refusal {
  return refuseHttp(errors.badRequest, message)
}
