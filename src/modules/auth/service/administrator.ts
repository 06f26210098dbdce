import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { requirePermission } from '../../../kernel/permissions.ts'
import type { CommitPort, Deps } from '../../../ports/deps.ts'
import { databaseOf } from '../../tenants/index.ts'
import type { User } from '../types.ts'
import { createUser } from '../users/service/create-user.ts'

/**
 * Makes an administrator of a tenant, for the operators of the control tenant: a new tenant has
 * nobody who could. The user, its event and its audit row belong to that tenant. Throws `not_found`,
 * and as `createUser` does.
 */
export async function createAdministrator(
  deps: Pick<Deps, CommitPort | 'hasher' | 'secrets' | 'shards' | 'tenants'>,
  ctx: RequestContext,
  input: {
    readonly tenantId: string
    readonly email: string
    readonly name: string
    readonly password: string
  },
): Promise<User> {
  if (!ctx.tenant.isControl) throw new AppError(errors.notFound)
  requirePermission(ctx, 'tenants:create')
  const [tenant] = await Promise.all([
    deps.tenants.find({ kind: 'id', value: input.tenantId }),
    deps.db.confirm(),
  ])
  if (!tenant || tenant.status === 'deleting') throw new AppError(errors.notFound)
  const { tenantId: _, ...user } = input
  const there = { ...deps, db: databaseOf(deps, ctx, tenant) }
  // The caller's session is of another tenant.
  return createUser(there, { ...ctx, tenant }, { ...user, roles: ['admin'] }, [])
}
