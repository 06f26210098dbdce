import type { RequestContext } from '../../kernel/context.ts'
import type { CommitPort, Deps } from '../../ports/deps.ts'
import { findUserByEmail } from './repo.ts'
import { createUser } from './users/service/create-user.ts'

const people = [
  { role: 'admin', name: 'Ada Admin' },
  { role: 'manager', name: 'Max Manager' },
  { role: 'customer', name: 'Cora Customer' },
] as const

/** Somebody who can log in to a seeded tenant. */
export interface SeededUser {
  readonly email: string
  readonly role: string
}

/**
 * Makes an administrator, a manager and a customer with one password, `<role>@<slug>.example`. Those
 * who exist stay as they are, password included.
 */
export async function seedUsers(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets'>,
  ctx: RequestContext,
  input: { readonly password: string },
): Promise<SeededUser[]> {
  const tenantId = ctx.tenant.id
  const wanted = people.map((person) => ({
    ...person,
    email: `${person.role}@${ctx.tenant.slug}.example`,
  }))
  const found = await Promise.all(
    wanted.map(({ email }) => deps.db.first(findUserByEmail({ tenantId, email }))),
  )
  for (const [index, { email, name, role }] of wanted.entries()) {
    if (!found[index])
      await createUser(deps, ctx, { email, name, password: input.password, roles: [role] })
  }
  return wanted.map(({ email, role }) => ({ email, role }))
}
