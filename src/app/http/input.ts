import { AppError, errors } from '../../kernel/errors.ts'
import { limits } from '../../kernel/limits.ts'
import { parseBody, parseWith } from '../../kernel/parse.ts'
import type { RawBody } from '../../kernel/raw-body.ts'
import type { RouteDefinition, RouteInput } from '../../kernel/route.ts'
import type { Deps } from '../../ports/deps.ts'
import { parseIfMatch } from './conditional.ts'

/** The parts of a request that a route's schemas parse. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>
  readonly url: URL
  readonly body: string
  readonly ifMatch: string | null
  readonly rawBody: RawBody
  readonly headers: Headers
}

/** Parses a request by the route's schemas. Throws 400, 404, 422 and 428. */
export function parseInput(
  route: RouteDefinition<Deps>,
  raw: RawInput,
): RouteInput<unknown, unknown, unknown> {
  if (route.ifMatch === 'required' && raw.ifMatch === null)
    throw new AppError(errors.preconditionRequired)
  const params = route.params?.safeParse(raw.params)
  if (params && !params.success) throw new AppError(errors.notFound)
  return {
    params: params?.data,
    query: route.query && parseWith(route.query, queryOf(raw.url)),
    body: route.body && parseWith(route.body, parseBody(raw.body)),
    ifMatch: parseIfMatch(raw.ifMatch),
    raw: raw.rawBody,
    header: (name) => raw.headers.get(name) ?? undefined,
  }
}

function queryOf(url: URL): Record<string, string> {
  if (url.search.length > limits.url.query) {
    throw new AppError(errors.badRequest, { detail: 'The query is too long.' })
  }
  const query: Record<string, string> = Object.create(null)
  for (const [name, value] of url.searchParams) {
    if (name in query) {
      const told = JSON.stringify(name.slice(0, 100))
      throw new AppError(errors.badRequest, { detail: `The parameter ${told} is given twice.` })
    }
    query[name] = value
  }
  return query
}
