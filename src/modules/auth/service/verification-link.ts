import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { type Write, commit } from '../../commit/index.ts'
import type { QueuedMail } from '../../mail/index.ts'
import { settingsOf } from '../domain.ts'
import { authErrors } from '../errors.ts'
import { limits } from '../../../kernel/limits.ts'
import { verifyMail } from '../mails.tsx'
import { newOneTimeToken } from '../one-time-tokens/index.ts'
import type { UserRecord } from '../types.ts'
import { type Addressee, accountLink, queueLetter } from './letters.ts'
import { withoutKey } from './without-key.ts'

/** A link that shows that a user reads the address, with the writes that make it good. */
export async function verificationLink(
  deps: Pick<Deps, 'ids'>,
  ctx: Pick<RequestContext, 'tenant' | 'now'>,
  user: Pick<UserRecord, 'id' | 'securityVersion'>,
): Promise<{ readonly url: string; readonly writes: readonly Write[] }> {
  const { token, writes } = await newOneTimeToken(deps, ctx, {
    purpose: 'email_verification',
    subjectId: user.id,
    boundTo: String(user.securityVersion),
  })
  return { url: accountLink(ctx, 'verify', token), writes }
}

/** A mail with such a link, as a part of a commit. */
export async function verificationLetter(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: RequestContext,
  user: Addressee & Pick<UserRecord, 'securityVersion'>,
  dedupeKey: string,
): Promise<Pick<QueuedMail, 'writes' | 'jobs'>> {
  const link = await verificationLink(deps, ctx, user)
  const props = { name: user.name, url: link.url }
  const mail = await queueLetter(deps, ctx, { mail: verifyMail, to: user, props, dedupeKey })
  return { writes: [...link.writes, ...mail.writes], jobs: mail.jobs }
}

/**
 * Refuses a user who has given the right password where the tenant wants addresses to be verified and
 * this one is not: sends a new link, one in the time that a link lives, with the writes of the try,
 * and throws `auth.email_not_verified`.
 */
export async function requireVerified(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  user: UserRecord,
  alsoWrites: readonly Write[] = [],
): Promise<void> {
  if (user.emailVerifiedAt !== null) return
  if (settingsOf(ctx.tenant).emailVerification !== 'required') return
  const period = Math.floor(ctx.now / limits.oneTimeTokens.milliseconds)
  const key = `auth/verify-email:${user.id}:login:${period}`
  const { writes, jobs } = await verificationLetter(deps, ctx, user, key)
  await commit(deps, withoutKey(ctx), {
    writes: [...writes, ...alsoWrites],
    events: [],
    jobs,
    audit: { action: 'auth.login.refused', targetType: 'user', targetId: user.id },
    result: undefined,
  })
  throw new AppError(authErrors.emailNotVerified)
}
