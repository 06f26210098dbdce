import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import { jobOf } from '../../../kernel/job.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { SENDING_MILLISECONDS } from '../domain.ts'
import { mailErrors } from '../errors.ts'
import { messageResent } from '../events.ts'
import { deliverJob } from '../jobs.ts'
import { findMessage, toMessage } from '../messages/index.ts'
import { requeueMessage } from '../repo.ts'
import type { Message } from '../types.ts'

/**
 * Sends a mail again that failed, or whose outcome is not known: the operator decides that a second
 * one does no harm. Throws `not_found`, and `mail.not_resendable` for one that was sent, is being
 * sent, or is too old for its content to be kept.
 */
export async function resendMessage(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Message> {
  requirePermission(ctx, 'mail:manage')
  const tenantId = ctx.tenant.id
  const row = await deps.db.first(findMessage({ tenantId, id }))
  if (!row) throw new AppError(errors.notFound)
  const { sequence, ...message } = row
  const { now } = ctx
  const staleBefore = now - SENDING_MILLISECONDS
  const statement = requeueMessage({ tenantId, id, sequence, staleBefore, now })
  return commit(deps, ctx, {
    writes: [{ statement, guard: 'state_allows' }],
    events: [
      eventOf(
        messageResent,
        { type: 'mail', id, version: sequence + 1 },
        { messageId: id, name: message.name },
      ),
    ],
    jobs: [jobOf(deliverJob, { messageId: id })],
    audit: { action: 'mail.message.resent', targetType: 'mail', targetId: id },
    result: toMessage({ ...message, state: 'queued', error: null, updatedAt: now }),
    refusals: { state_allows: mailErrors.notResendable },
  })
}
