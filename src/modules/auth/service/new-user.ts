import type { RequestContext } from '../../../kernel/context.ts'
import { invalid } from '../../../kernel/errors.ts'
import type { JobRequest } from '../../../kernel/job.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Write } from '../../commit/index.ts'
import { queueMail } from '../../mail/index.ts'
import { passwordProblem } from '../domain.ts'
import { welcomeMail } from '../mails.tsx'
import { insertRoles, insertUser, toUser } from '../repo.ts'
import type { NewUser, User } from '../types.ts'

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
  by: 'self' | 'administrator',
): Promise<MadeUser> {
  const problem = passwordProblem(password, { tenant: ctx.tenant, email })
  if (problem !== undefined) throw invalid('/password', problem)
  const passwordHash = await deps.hasher.hash(password)
  const tenantId = ctx.tenant.id
  const { now } = ctx
  const user = toUser({
    id: deps.ids.next(),
    email,
    name,
    passwordHash,
    status: 'active',
    roles: [...new Set(roles)].sort(),
    version: 1,
    securityVersion: 1,
    lastLoginAt: null,
    createdAt: now,
    updatedAt: now,
  })
  const mail = await queueMail(deps, ctx, {
    mail: welcomeMail,
    to: { address: email, name },
    props: { name, email, by },
    dedupeKey: `auth/welcome:${user.id}`,
    // Whoever makes an account for another says nothing of the other's language.
    ...(by === 'self' && { locales: ctx.locales }),
  })
  return {
    user,
    jobs: mail.jobs,
    writes: [
      { statement: insertUser({ tenantId, id: user.id, email, name, passwordHash, now }) },
      { statement: insertRoles(tenantId, user.id, user.roles) },
      ...mail.writes,
    ],
  }
}
