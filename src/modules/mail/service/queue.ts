import type { RequestContext } from '../../../kernel/context.ts'
import { type JobRequest, jobOf } from '../../../kernel/job.ts'
import { limits } from '../../../kernel/limits.ts'
import { localeChain } from '../../../kernel/locale.ts'
import { type MailDefinition, mailLocale } from '../../../kernel/mail.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Write } from '../../commit/index.ts'
import { oneLine } from '../domain.ts'
import { deliverJob } from '../jobs.ts'
import { insertMessage } from '../repo.ts'
import { sealProps } from './props.ts'

/** What is to be sent to whom. */
export interface MailWish<Props> {
  readonly mail: MailDefinition<Props>
  readonly to: { readonly address: string; readonly name?: string }
  readonly props: Props
  /** Names the reason within the tenant: what is queued under it before is not queued again. */
  readonly dedupeKey: string
  /** The recipient's locales, best first; the tenant's own when nothing is known of them. */
  readonly locales?: readonly string[]
}

/** A mail as a part of the caller's commit: it exists if and only if the rest does. */
export interface QueuedMail {
  readonly id: string
  readonly writes: readonly Write[]
  readonly jobs: readonly JobRequest[]
}

/**
 * A mail to one recipient, as writes and a job for the commit that it belongs to. Nothing is sent
 * before that commit. Throws `ZodError` for props that are none of the message's, and `RangeError`
 * for more than `limits.mail.props` characters of them.
 */
export async function queueMail<Props>(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  wish: MailWish<Props>,
): Promise<QueuedMail> {
  const { mail, to, dedupeKey } = wish
  const tenantId = ctx.tenant.id
  const id = deps.ids.next()
  const props = JSON.stringify(mail.schema.parse(wish.props))
  if (props.length > limits.mail.props)
    throw new RangeError(`the props of ${mail.name} are too long`)
  const { locales, defaultLocale } = ctx.tenant
  const chain = wish.locales ?? localeChain(locales, undefined, defaultLocale)
  const row = {
    tenantId,
    id,
    name: mail.name,
    version: mail.version,
    locale: mailLocale(mail.texts, chain),
    recipient: to.address.trim().toLowerCase(),
    recipientName: to.name === undefined ? null : oneLine(to.name, limits.mail.name) || null,
    props: await sealProps(deps, { tenantId, id }, props),
    dedupeKey,
    now: ctx.now,
  }
  return {
    id,
    writes: [{ statement: insertMessage(row) }],
    jobs: [jobOf(deliverJob, { messageId: id })],
  }
}
