import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type Write, existsGuard } from '../../../commit/index.ts'
import { authErrors } from '../../errors.ts'
import { elevated, elevatedOrWithout } from '../repo.ts'

type Caller = Pick<RequestContext, 'principal' | 'tenant' | 'now'>

/** What a commit answers when the session has not stepped up. */
export const stepUpRefusals = { stepped_up: authErrors.stepUpRequired }

/**
 * Part of a commit that is sensitive: breaks `stepped_up` unless the caller's session has stepped up
 * lately. Throws `unauthenticated`, and `session_required` for programs.
 */
export function requireStepUp({ principal, tenant, now }: Caller): Write {
  if (principal.kind === 'anonymous') throw new AppError(errors.unauthenticated)
  if (principal.kind !== 'user') throw new AppError(errors.sessionRequired)
  return { statement: existsGuard('stepped_up', elevated(tenant.id, principal.sessionId, now)) }
}

/** As `requireStepUp`, of callers whose second factor is on; nothing of programs and the platform. */
export function requireStepUpWhereOn({ principal, tenant, now }: Caller): Write[] {
  if (principal.kind !== 'user') return []
  return [{ statement: existsGuard('stepped_up', elevatedOrWithout(tenant.id, principal, now)) }]
}
