/** One place of an input that is wrong, named by JSON pointer (RFC 6901). */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
  readonly code?: string
}

/** An entry of an error catalogue. `code` is stable; `status` is the HTTP status of REST. */
export interface ErrorDefinition {
  readonly code: string
  readonly status: number
  readonly title: string
}

/** What an error may carry beside its definition. */
export interface ErrorDetails {
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An expected failure with a stable code. Everything else that is thrown answers `internal`. */
export class AppError extends Error {
  readonly definition: ErrorDefinition
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(definition: ErrorDefinition, details: ErrorDetails = {}) {
    super(details.detail ?? definition.title, { cause: details.cause })
    this.name = 'AppError'
    this.definition = definition
    this.detail = details.detail
    this.errors = details.errors
    this.headers = details.headers
  }
}

/**
 * Declares a module's error catalogue. The code of an entry is `<module>.<key in snake case>`.
 * @example defineErrors('blog', { slugTaken: [409, 'The slug is taken'] }).slugTaken.code === 'blog.slug_taken'
 */
export function defineErrors<K extends string>(
  module: string,
  entries: Record<K, readonly [status: number, title: string]>,
): Readonly<Record<K, ErrorDefinition>> {
  const catalogue = {} as Record<K, ErrorDefinition> // -- filled for every key below
  for (const key in entries) {
    const [status, title] = entries[key]
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    catalogue[key] = { code: module === '' ? name : `${module}.${name}`, status, title }
  }
  return catalogue
}

/** Errors that any route may answer. */
export const errors = defineErrors('', {
  badRequest: [400, 'The request cannot be understood'],
  invalidInput: [422, 'The input is not valid'],
  unauthenticated: [401, 'Authentication is required'],
  forbidden: [403, 'The permission is missing'],
  sessionRequired: [403, 'A session of a user is needed'],
  notFound: [404, 'There is nothing here'],
  methodNotAllowed: [405, 'The method is not allowed here'],
  notAcceptable: [406, 'No acceptable representation exists'],
  conflict: [409, 'The request conflicts with the current state'],
  preconditionFailed: [412, 'The resource has changed'],
  contentTooLarge: [413, 'The body is too large'],
  unsupportedMediaType: [415, 'The media type is not supported'],
  idempotencyMismatch: [422, 'The idempotency key was used for another request'],
  preconditionRequired: [428, 'The If-Match header is required'],
  tooManyRequests: [429, 'Too many requests'],
  internal: [500, 'An unexpected error happened'],
  unavailable: [503, 'The service is temporarily unavailable'],
  notConfigured: [503, 'The service is not configured'],
})

/** The error for a value that names a field of the input. */
export function invalid(pointer: string, detail: string): AppError {
  return new AppError(errors.invalidInput, { errors: [{ pointer, detail }] })
}

/** Thrown when a request was decided on a tenant snapshot that has been replaced; ask again with the new one. */
export class StaleTenantError extends Error {
  constructor() {
    super('the tenant has changed')
    this.name = 'StaleTenantError'
  }
}

/** Thrown when a request was decided on an API key that has changed or ended; ask again with it as it is. */
export class StaleKeyError extends Error {
  constructor() {
    super('the API key has changed')
    this.name = 'StaleKeyError'
  }
}
