import type { RequestContext } from '../../../../kernel/context.ts'
import { type EventEnvelope, readPayload } from '../../../../kernel/events.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { commit } from '../../../commit/index.ts'
import { queueMail } from '../../../mail/index.ts'
import { findUser } from '../../repo.ts'
import { loginLimitReached } from '../events.ts'
import { guessingMail } from '../mails.tsx'

/** Queues one mail a window to the owner of the account; for an account that does not exist, none. */
export async function warnOwner(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  event: EventEnvelope,
): Promise<void> {
  const { userId, since } = readPayload(loginLimitReached, event.version, event.payload)
  if (userId === null) return
  const user = await deps.db.first(findUser({ tenantId: ctx.tenant.id, id: userId }))
  if (user?.status !== 'active') return
  const { email, name, locale } = user
  const mail = await queueMail(deps, ctx, {
    mail: guessingMail,
    to: { address: email, name },
    props: { name },
    dedupeKey: `auth/guessing:${userId}:${since}`,
    ...(locale !== null && { locales: [locale] }),
  })
  await commit(deps, ctx, {
    writes: mail.writes,
    events: [],
    jobs: mail.jobs,
    audit: { action: 'auth.user.warned', targetType: 'user', targetId: userId },
    result: undefined,
  })
}
