import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { firstIdAt } from '../../../kernel/ids.ts'
import type { JobRequest } from '../../../kernel/job.ts'
import { type Refusals, type Write, existsGuard } from '../../commit/index.ts'
import { transferErrors } from '../errors.ts'
import { isFree, isWithinLimit } from '../repo.ts'

const DAY = 86_400_000

/** How many exports and imports of a kind may begin. */
export interface StartLimit {
  /** In 24 hours. */
  readonly perDay: number
  /** Counts those with the key alone. */
  readonly key?: string
}

/**
 * Part of a commit that begins an export or an import: refused with `transfer.under_way` while one of
 * the same runs, and with `too_many_requests`.
 */
export function startRules(
  { tenant, now }: Pick<RequestContext, 'tenant' | 'now'>,
  { name, uniqueKey }: JobRequest,
  { perDay, key }: StartLimit,
): { writes: Write[]; refusals: Refusals } {
  const since = firstIdAt(now - DAY)
  const kind = { tenantId: tenant.id, name }
  return {
    writes: [
      { statement: existsGuard('unused', isFree(kind, uniqueKey ?? '')) },
      { statement: existsGuard('state_allows', isWithinLimit(kind, key ?? null, since, perDay)) },
    ],
    refusals: {
      unused: transferErrors.underWay,
      state_allows: () =>
        new AppError(errors.tooManyRequests, {
          detail: `No more than ${perDay} in 24 hours.`,
          headers: { 'Retry-After': '3600' },
        }),
    },
  }
}
