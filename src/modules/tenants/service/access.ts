import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, errors } from '../../../kernel/errors.ts'
import { requirePermission, scopeOf } from '../../../kernel/permissions.ts'

/** The permissions that reach a tenant: an operator's, and the one of the tenant's own callers. */
export interface Reach {
  readonly operator: string
  readonly own: string
}

/** Reading a tenant's settings, domains, origins and locales. */
export const readSettings: Reach = { operator: 'tenants:read', own: 'settings:read' }

/** Changing them. */
export const updateSettings: Reach = { operator: 'tenants:update', own: 'settings:update' }

/** Throws unless the caller is of the control tenant and holds the permission; others get 404. */
export function requireOperator(ctx: RequestContext, permission: string): void {
  if (!ctx.tenant.isControl) throw new AppError(errors.notFound)
  requirePermission(ctx, permission)
}

/** Throws unless the caller reaches the tenant as one of its own or as an operator. */
export function requireReach(ctx: RequestContext, tenantId: string, reach: Reach): void {
  const isOwn = ctx.tenant.id === tenantId
  if (isOwn && scopeOf(ctx.principal, reach.own) === 'any') return
  if (isOwn && !ctx.tenant.isControl) requirePermission(ctx, reach.own)
  else requireOperator(ctx, reach.operator)
}
