import type { RequestContext } from '../../../../kernel/context.ts'
import { type JobRun, JobRefused } from '../../../../kernel/job.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { newOneTimeToken } from '../../one-time-tokens/index.ts'
import { findUserByEmail, toUserRecord } from '../../repo.ts'
import { accountLink, queueLetter } from '../../service/letters.ts'
import { countedSince, mayHaveAnother } from '../domain.ts'
import { resetMail } from '../mails.tsx'
import { countTokensByEmail } from '../repo.ts'
import { openAddress } from './sealed-address.ts'

const purpose = 'password_reset'

/**
 * Sends a link for a new password to the active user of an address, at most
 * `limits.oneTimeTokens.perHour` in an hour. The result tells operators nothing of the address.
 */
export async function sendResetLink(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  payload: { readonly address: string },
  run: Pick<JobRun, 'id' | 'once'>,
): Promise<undefined> {
  const tenantId = ctx.tenant.id
  const email = await openAddress(deps, ctx, payload.address)
  if (email === undefined) throw new JobRefused('the address was sealed by another secret')
  const since = countedSince(ctx.now)
  const [row, sent] = await Promise.all([
    deps.db.first(findUserByEmail({ tenantId, email })),
    deps.db.first(countTokensByEmail({ tenantId, email, purpose, since })),
  ])
  if (row?.status !== 'active' || !mayHaveAnother(sent?.count ?? 0)) return undefined
  const user = toUserRecord(row)
  const boundTo = String(user.securityVersion)
  const { token, writes } = await newOneTimeToken(deps, ctx, {
    purpose,
    subjectId: user.id,
    boundTo,
  })
  const letter = await queueLetter(deps, ctx, {
    mail: resetMail,
    to: user,
    props: { name: user.name, url: accountLink(ctx, 'reset', token) },
    dedupeKey: `auth/password-reset:${run.id}`,
  })
  await commit(deps, run.once('mail'), {
    writes: [...writes, ...letter.writes],
    events: [],
    jobs: letter.jobs,
    audit: { action: 'auth.password.reset_link_sent', targetType: 'user', targetId: user.id },
    result: undefined,
  })
  return undefined
}
