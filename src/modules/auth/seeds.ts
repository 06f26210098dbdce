import type { RequestContext } from '../../kernel/context.ts'
import type { CommitPort, Deps } from '../../ports/deps.ts'
import { findAnyUsers, findUserByEmail } from './repo.ts'
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

/** Whether the tenant has, or ever had, a user. */
export async function hadUsers(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<boolean> {
  return (await deps.db.first(findAnyUsers(ctx.tenant.id, 1))) !== undefined
}

/**
 * Makes an administrator, a manager and a customer with one password, `<role>@<slug>.example`, in a
 * tenant that never had so many users. Those who exist stay as they are, password included; who was
 * deleted or has another address since is not made again. Answers those who are there.
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
  const [had, ...found] = await Promise.all([
    deps.db.read(findAnyUsers(tenantId, people.length)),
    ...wanted.map(({ email }) => deps.db.first(findUserByEmail({ tenantId, email }))),
  ])
  const isDone = had.length === people.length
  const seeded: SeededUser[] = []
  for (const [index, { email, name, role }] of wanted.entries()) {
    if (!found[index]) {
      if (isDone) continue
      await createUser(deps, ctx, { email, name, password: input.password, roles: [role] })
    }
    seeded.push({ email, role })
  }
  return seeded
}
