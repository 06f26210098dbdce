import type { Principal, RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'

/** The caller as somebody who has signed in. Throws `unauthenticated`. */
export function requireUser({ principal }: RequestContext): Extract<Principal, { kind: 'user' }> {
  if (principal.kind !== 'user') throw new AppError(errors.unauthenticated)
  return principal
}
