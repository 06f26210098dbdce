import { toRfc3339 } from '../../../kernel/clock.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { commit } from '../../commit/index.ts'
import { testMail } from '../mails.tsx'
import { queueMail } from './queue.ts'

/** Sends a test mail, as every other mail is sent. Answers its id, to be looked up. */
export async function sendTestMail(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: { readonly to: string; readonly locale?: string | undefined },
): Promise<{ readonly messageId: string }> {
  requirePermission(ctx, 'mail:manage')
  const { id, writes, jobs } = await queueMail(deps, ctx, {
    mail: testMail,
    to: { address: input.to },
    props: { sentAt: toRfc3339(ctx.now) },
    dedupeKey: `mail/test:${deps.ids.next()}`,
    ...(input.locale !== undefined && { locales: [input.locale] }),
  })
  return commit(deps, ctx, {
    writes,
    events: [],
    jobs,
    audit: { action: 'mail.test.queued', targetType: 'mail', targetId: id },
    result: { messageId: id },
  })
}
