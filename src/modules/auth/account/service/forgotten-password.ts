import type { RequestContext } from '../../../../kernel/context.ts'
import { jobOf } from '../../../../kernel/job.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type AuditEntry, commit } from '../../../commit/index.ts'
import { withoutKey } from '../../service/without-key.ts'
import { resetLinkJob } from '../jobs.ts'
import type { Accepted } from '../types.ts'
import { sealAddress } from './sealed-address.ts'

/**
 * Has a link for a new password sent to whoever has the address. Known and unknown ones cost the same
 * commit: a job looks them up afterwards.
 */
export async function requestPasswordReset(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: { readonly email: string },
): Promise<Accepted> {
  return acceptPasswordReset(deps, ctx, input.email)
}

/** Queues the job of such a wish; it is noted as being about the target, or else about the job. */
export async function acceptPasswordReset(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  email: string,
  target?: Pick<AuditEntry, 'targetType' | 'targetId'>,
): Promise<Accepted> {
  const id = deps.ids.next()
  const job = jobOf(resetLinkJob, await sealAddress(deps, ctx, email), { id })
  return commit(deps, withoutKey(ctx), {
    writes: [],
    events: [],
    jobs: [job],
    audit: {
      action: 'auth.password.reset_requested',
      targetType: 'job',
      targetId: id,
      ...target,
    },
    result: { status: 'accepted' },
  })
}
