import type * as z from 'zod'
import type { RequestContext } from './context.ts'
import type { ErrorDefinition } from './errors.ts'
import type { RawBody } from './raw-body.ts'
import type { ExpectedVersion } from './version.ts'

/**
 * Who may call a route.
 * - `open`: no tenant is resolved and nobody is identified.
 * - `public`: any caller of the tenant.
 * - `authenticated`: any signed-in caller of the tenant.
 * - `permission`: callers who hold the permission, for every item or for their own.
 */
export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'permission'; readonly permission: string }

/** The parsed input of a call. A part without a schema is undefined. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The versions that `If-Match` names: `*` for any, undefined when the header is absent. */
  readonly ifMatch: ExpectedVersion
  /** The body of a route that takes it raw. */
  readonly raw: RawBody
  /** A header of the request, of those that the route names; undefined when it is absent. */
  readonly header: (name: string) => string | undefined
}

/** An answer that is passed on as it comes. */
export interface Streamed {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly headers: Readonly<Record<string, string>>
  /** To be read to its end or cancelled. */
  readonly body: ReadableStream<Uint8Array> | null
}

/** Headers that a route’s protocol has beside those of every route. */
export interface ProtocolHeaders<Result> {
  /** Of the request, with what they say. */
  readonly request?: Readonly<Record<string, string>>
  /** Of every answer, refusals among them. */
  readonly always?: Readonly<Record<string, string>>
  /** Of an answer that is no refusal; one that is undefined is left out. */
  readonly answer?: Readonly<Record<string, (result: Result) => string | undefined>>
  /** Of the answer to OPTIONS. */
  readonly options?: Readonly<Record<string, string>>
}

/** What a route says of itself; the router, OpenAPI and the generated test suites read it. */
export interface RouteOptions<Params, Query, Body, Result> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below `/api/v1/<module>`, parameters in braces: `/posts/{slug}`. A leading `//` means the root. */
  readonly path: string
  /** Unique over all routes, camelCase. */
  readonly operationId: string
  readonly summary: string
  readonly access: Access
  /** Served to the control tenant only; others get 404. */
  readonly controlOnly?: boolean
  /** Served to the control tenant even where it has the module switched off. */
  readonly alwaysInControl?: true
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** A request without a body and its media type counts as one of `{}`. */
  readonly bodyOptional?: true
  /** The body is no JSON: the handler takes it as it comes, of these media types or ranges of them. */
  readonly rawBody?: readonly string[]
  /** Bytes; default `limits.body.json`. */
  readonly bodyLimit?: number
  readonly success: {
    readonly status: 200 | 201 | 202 | 204
    readonly schema?: z.ZodType<Result>
    /** A media type other than JSON; the result is then the body's text. */
    readonly media?: string
    /** The result is a `Streamed`, whose own headers tell its media type. */
    readonly stream?: true
  }
  readonly errors?: readonly ErrorDefinition[]
  /** `public`: anonymous answers may be kept in isolate memory and by shared caches. */
  readonly cache?: 'public'
  /**
   * `ignored`: a token identifies nobody here and may be an old one, as clients send it with
   * everything; a valid one must still be of the tenant.
   */
  readonly credentials?: 'ignored'
  /**
   * `none`: no idempotency key is kept, since the answer holds secrets or the protocol has its own way
   * of repeating.
   */
  readonly idempotency?: 'none'
  /** Whether the write must, or may, name the version it replaces by `If-Match`. */
  readonly ifMatch?: 'required' | 'optional'
  /** The version of the result, for the ETag. */
  readonly version?: (result: Result) => number
  /** The locale of the result, for Content-Language. */
  readonly language?: (result: Result) => string | undefined
  /** The path of the created resource, for Location. */
  readonly location?: (result: Result) => string
  readonly headers?: ProtocolHeaders<Result>
}

/** A route with its handler, of any input and result. */
export interface RouteDefinition<Deps> extends RouteOptions<unknown, unknown, unknown, unknown> {
  readonly handle: (
    deps: Deps,
    ctx: RequestContext,
    input: RouteInput<unknown, unknown, unknown>,
  ) => Promise<unknown>
}

/** Declares a route of an application whose services need `Deps`. */
export function defineRoute<Deps>() {
  return <Params = undefined, Query = undefined, Body = undefined, Result = undefined>(
    options: RouteOptions<Params, Query, Body, Result> & {
      handle: (
        deps: Deps,
        ctx: RequestContext,
        input: RouteInput<Params, Query, Body>,
      ) => Promise<Result>
    },
  ): RouteDefinition<Deps> =>
    // -- the router parses the input by the same schemas, so the erased types hold
    options as unknown as RouteDefinition<Deps>
}
