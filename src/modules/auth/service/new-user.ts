import type { RequestContext } from '../../../kernel/context.ts'
import { invalid } from '../../../kernel/errors.ts'
import type { Deps } from '../../../ports/deps.ts'
import type { Write } from '../../commit/index.ts'
import { passwordProblem } from '../domain.ts'
import { insertRoles, insertUser, toUser } from '../repo.ts'
import type { NewUser, User } from '../types.ts'

/**
 * A new active user as the writes that make it. Costs one hash. Throws `invalid_input` at
 * `/password` and `HasherBusyError`.
 */
export async function newUser(
  deps: Pick<Deps, 'hasher' | 'ids'>,
  ctx: RequestContext,
  { email, name, password, roles }: NewUser,
): Promise<{ readonly user: User; readonly writes: readonly Write[] }> {
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
  return {
    user,
    writes: [
      { statement: insertUser({ tenantId, id: user.id, email, name, passwordHash, now }) },
      { statement: insertRoles(tenantId, user.id, user.roles) },
    ],
  }
}
