import { sha256 } from '../../kernel/digest.ts'
import { AppError, errors } from '../../kernel/errors.ts'
import type { IdempotencyClaim, Principal } from '../../kernel/context.ts'
import { limits } from '../../kernel/limits.ts'
import type { Secrets } from '../../ports/secrets.ts'

/**
 * The claim of an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): scoped by
 * principal, method and route, bound to the request's target and body. Throws 400 for a key of more
 * than 255 characters or with others than printable ASCII.
 */
export async function idempotencyClaim(
  secrets: Pick<Secrets, 'digest'>,
  request: Request,
  principal: Principal,
  operationId: string,
  body: string,
): Promise<IdempotencyClaim | undefined> {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (key.length > limits.header.idempotencyKey || !/^[\x20-\x7e]+$/.test(key)) {
    throw new AppError(errors.badRequest, {
      detail: 'The Idempotency-Key is not 1 to 255 printable characters.',
    })
  }
  const caller = callerOf(principal)
  const url = new URL(request.url)
  const [id, fingerprint] = await Promise.all([
    sha256(`${caller}\n${request.method}\n${operationId}\n${key}`),
    // A body may hold a password, which a hash without a key would give away to guessing.
    secrets.digest(
      'idempotency',
      `${url.pathname}${url.search}\n${request.headers.get('if-match') ?? ''}\n${body}`,
    ),
  ])
  return { id, fingerprint }
}

function callerOf(principal: Principal): string {
  if (principal.kind === 'key') return `key:${principal.keyId}`
  return principal.kind === 'user' ? principal.userId : principal.kind
}
