import {
  AppError,
  type ErrorDefinition,
  type FieldError,
  StaleKeyError,
  StaleTenantError,
  errors,
} from '../../kernel/errors.ts'
import { HasherBusyError } from '../../ports/hasher.ts'
import { DatabaseError } from '../../ports/database.ts'
import { StorageError } from '../../ports/storage.ts'

/** What a client is told of a failure, over REST and GraphQL alike. */
export interface PublicError {
  readonly definition: ErrorDefinition
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>
  /** True for a failure that is ours and must be logged. */
  readonly unexpected: boolean
}

/** The one mapping from what was thrown to what is told. Nothing internal passes it. */
export function toPublicError(thrown: unknown): PublicError {
  if (thrown instanceof AppError) {
    const challenge = thrown.definition.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
    return {
      definition: thrown.definition,
      detail: thrown.detail,
      errors: thrown.errors,
      headers: { ...challenge, ...thrown.headers },
      unexpected: false,
    }
  }
  // The tenant or the key has changed twice while the request was decided.
  if (thrown instanceof StaleTenantError || thrown instanceof StaleKeyError)
    return known(errors.conflict, {})
  if (thrown instanceof HasherBusyError)
    return known(errors.tooManyRequests, { 'Retry-After': '1' })
  if (thrown instanceof DatabaseError && thrown.failure.kind === 'unavailable') {
    return { ...known(errors.unavailable, { 'Retry-After': '5' }), unexpected: true }
  }
  if (thrown instanceof StorageError && thrown.failure === 'unavailable') {
    return { ...known(errors.unavailable, { 'Retry-After': '5' }), unexpected: true }
  }
  return { ...known(errors.internal, {}), unexpected: true }
}

function known(
  definition: ErrorDefinition,
  headers: Readonly<Record<string, string>>,
): PublicError {
  return { definition, detail: undefined, errors: undefined, headers, unexpected: false }
}

/** A problem document (RFC 9457). `instance` is the request's id, which the logs carry too. */
export function problemResponse(error: PublicError, requestId: string): Response {
  const { definition } = error
  const document = {
    type: `/problems/${definition.code}`,
    title: definition.title,
    status: definition.status,
    detail: error.detail,
    instance: `urn:uuid:${requestId}`,
    code: definition.code,
    requestId,
    errors: error.errors,
  }
  return new Response(JSON.stringify(document), {
    status: definition.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...error.headers,
    },
  })
}
