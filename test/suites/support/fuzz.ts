import fc from 'fast-check'
import type { MountedRoute } from '../../../src/app/routes.ts'
import type { Example } from './example.ts'
import { type RootField, argumentsOf, documentOf } from './fields.ts'
import { bodyFields } from './schemas.ts'

/** One request as it is sent, by somebody. */
export interface FuzzedRequest {
  readonly operationId: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string | undefined
  /** Index of the caller. */
  readonly caller: number
}

/** Texts that parsers, engines and people have stumbled over. */
const NASTY = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  "'",
  '"',
  "' OR 1=1 --",
  "1'; DROP TABLE tenants; --",
  '%',
  '_',
  '*',
  '..',
  '../../etc/passwd',
  '\\',
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',
  '\0',
  '\x07',
  '\r\nX-Evil: 1',
  '‮',
  '﻿',
  '\ud800',
  '💩',
  'é',
  'é',
  'ﬀ',
  'ß',
  'İ',
  '٣',
  'a'.repeat(256),
  'a'.repeat(5e3),
  '2026-02-30T25:61:00Z',
  '0000-00-00',
  '9'.repeat(400),
  '0x10',
  '1_000',
  'http://[::1]/',
  'javascript:alert(1)',
  'data:,x',
  '//evil.example',
  'en-',
  'zz-ZZ-x',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '00000000-0000-0000-0000-000000000000',
]

/** Header values may hold no other characters; runtimes refuse them before we do. */
const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text)

const nasty = fc.constantFrom(...NASTY)
const nastyText = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 40 }))
const headerText = nasty.filter(isHeaderValue)
const nastyValue = fc.oneof(
  nastyText,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
)

const header = fc.tuple(
  fc.constantFrom(
    'accept',
    'accept-language',
    'accept-encoding',
    'authorization',
    'content-type',
    'cookie',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'if-modified-since',
    'origin',
    'range',
    'traceparent',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-http-method-override',
    'x-request-id',
    'x-tenant-id',
    'cf-connecting-ip',
    'user-agent',
    'forwarded',
  ),
  fc.oneof(headerText, fc.constantFrom('*', '*/*', '"1"', 'W/"1.a"', 'bytes=0-', 'Bearer x', 'de')),
)

const garbage = fc.oneof(
  nastyText,
  fc.json({ maxDepth: 4 }),
  fc.constantFrom('{"a":1,"a":2}', '['.repeat(70), '[1,', '{"__proto__":{"a":1}}', '{"a":1e999}'),
)

/** Requests near what the operation takes: its example with some of it spoiled. */
export function fuzzedRequest(
  { route, path }: MountedRoute,
  example: Example,
  callers: number,
): fc.Arbitrary<FuzzedRequest> {
  const { method, operationId, ifMatch } = route
  const headers = fc.array(header, { maxLength: 3 })
  return fc
    .record({
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(method.toUpperCase()) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
        },
      ),
      target: targetOf(path, example, route.query !== undefined),
      headers,
      body: bodyOf(route, example),
      caller: fc.nat({ max: callers - 1 }),
    })
    .map(({ headers: given, body, ...rest }) => ({
      ...rest,
      operationId,
      body: ['GET', 'OPTIONS'].includes(rest.method) ? undefined : body,
      headers: [
        ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
        ...(ifMatch ? [['if-match', '*'] as const] : []),
        ...given,
      ],
    }))
}

/** Bodies of GraphQL requests near one that asks for the field, with some of it spoiled. */
export function fuzzedQuery(field: RootField, example: Example): fc.Arbitrary<string> {
  const args = argumentsOf(field, example)
  const query = documentOf(field, args)
  const variables = fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(args), 'surprise'), nastyValue), {
      maxLength: 2,
    })
    .map((pairs) => ({ ...args, ...Object.fromEntries(pairs) }))
  const document = fc.oneof(
    { weight: 6, arbitrary: fc.constant(query) },
    { weight: 1, arbitrary: fc.nat({ max: query.length }).map((end) => query.slice(0, end)) },
    { weight: 1, arbitrary: nastyText.map((text) => query.replace('{', `{ ${text} `)) },
    { weight: 1, arbitrary: nastyText },
  )
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({ query: document, variables })
        .map((body) => JSON.stringify({ ...body, operationName: 'Q' })),
    },
    { weight: 1, arbitrary: garbage },
  )
}

/** The path with real, spoiled or strange parameters, and a query of known and unknown names. */
function targetOf(path: string, example: Example, hasQuery: boolean): fc.Arbitrary<string> {
  const parameter = (name: string) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(example.params?.[name] ?? 'x') },
      { weight: 1, arbitrary: nastyText },
    )
  const parts = path.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return fc.constant(part)
    return parameter(name).map((text) => encodeURIComponent(text.toWellFormed()))
  })
  const names = [...Object.keys(example.query ?? {}), 'limit', 'cursor', 'locale', 'q', 'surprise']
  const query = fc.array(fc.tuple(fc.constantFrom(...names), nastyText), {
    maxLength: hasQuery ? 3 : 1,
  })
  return fc.tuple(fc.tuple(...parts), query).map(([texts, pairs]) => {
    const search = new URLSearchParams(pairs.map(([name, text]) => [name, text.toWellFormed()]))
    return `${texts.join('')}${pairs.length > 0 ? `?${search.toString()}` : ''}`
  })
}

function bodyOf(route: MountedRoute['route'], example: Example): fc.Arbitrary<string | undefined> {
  if (!route.body) return fc.option(garbage, { nil: undefined, freq: 5 })
  const valid = JSON.stringify(example.body ?? {})
  const names = bodyFields({ module: '', path: '', route }).map(({ name }) => name)
  const spoiled = fc
    .array(fc.tuple(fc.constantFrom(...names, 'surprise'), nastyValue), { maxLength: 3 })
    .map((pairs) => JSON.stringify({ ...JSON.parse(valid), ...Object.fromEntries(pairs) }))
  return fc.oneof({ weight: 6, arbitrary: spoiled }, { weight: 1, arbitrary: garbage })
}
