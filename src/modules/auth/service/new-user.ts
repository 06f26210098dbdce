import type { RequestContext } from '../../../kernel/context.ts'
import { invalid } from '../../../kernel/errors.ts'
import type { JobRequest } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Write } from '../../commit/index.ts'
import { nameKey, passwordProblem } from '../domain.ts'
import { welcomeMail } from '../mails.tsx'
import { insertRoles, insertUser, toUser } from '../repo.ts'
import type { NewUser, User, UserRecord } from '../types.ts'
import { queueLetter } from './letters.ts'
import { verificationLink } from './verification-link.ts'

/** A new user as a part of a commit. */
export interface MadeUser {
  readonly user: User
  readonly writes: readonly Write[]
  readonly jobs: readonly JobRequest[]
}

/**
 * A new active user as the writes that make it and its first mail. Costs one hash. Throws `invalid_input` at
 * `/password` and `HasherBusyError`.
 */
export async function newUser(
  deps: Pick<Deps, 'hasher' | 'ids' | 'secrets'>,
  ctx: RequestContext,
  { email, name, password, roles }: NewUser,
  by: 'self' | 'administrator' | 'invitation',
): Promise<MadeUser> {
  const problem = passwordProblem(password, { tenant: ctx.tenant, email })
  if (problem !== undefined) throw invalid('/password', problem)
  const passwordHash = await deps.hasher.hash(password)
  const tenantId = ctx.tenant.id
  const { now } = ctx
  const locale = by === 'administrator' ? null : ctx.locales[0]
  // The link of an invitation shows that its holder reads the address.
  const emailVerifiedAt = by === 'invitation' ? now : null
  const made = {
    id: deps.ids.next(),
    email,
    name,
    passwordHash,
    status: 'active',
    roles: [...new Set(roles)].sort(),
    emailVerifiedAt,
    locale,
    timezone: null,
    secondFactor: null,
    version: 1,
    securityVersion: 1,
    lastLoginAt: null,
    createdAt: now,
    updatedAt: now,
  } satisfies UserRecord
  const { id } = made
  const link = by === 'self' ? await verificationLink(deps, ctx, made) : { url: '/', writes: [] }
  const mail = await queueLetter(deps, ctx, {
    mail: welcomeMail,
    to: made,
    props: { name, email, by, url: link.url },
    dedupeKey: `auth/welcome:${id}`,
  })
  const user = toUser(made)
  return {
    user,
    jobs: mail.jobs,
    writes: [
      { statement: insertUser(rowOf(tenantId, made)) },
      { statement: insertRoles(tenantId, id, user.roles) },
      ...link.writes,
      ...mail.writes,
    ],
  }
}

/** The new user as `insertUser` takes one. */
function rowOf(tenantId: string, made: UserRecord) {
  const { id, email, name, passwordHash, emailVerifiedAt, locale, createdAt: now } = made
  const key = nameKey(name)
  return { tenantId, id, email, name, nameKey: key, passwordHash, emailVerifiedAt, locale, now }
}
