import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { findInvitation, findInvitations, showInvitation, toInvitation } from '../repo.ts'
import type { Invitation, InvitationState } from '../types.ts'

/** The invitations, newest first. */
export async function listInvitations(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & { readonly state?: InvitationState | undefined },
): Promise<Page<Invitation>> {
  requirePermission(ctx, 'users:invite', null)
  const { state = 'all', limit, cursor } = input
  const scope = `${ctx.tenant.id} auth.invitations ${state}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const values = { tenantId: ctx.tenant.id, before, now: ctx.now, limit: limit + 1 }
  const rows = await deps.db.read(findInvitations(state, values))
  const items = rows.slice(0, limit).map((row) => showInvitation(toInvitation(row), ctx.now))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One invitation. Throws `not_found`. */
export async function getInvitation(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Invitation> {
  requirePermission(ctx, 'users:invite', null)
  const row = await deps.db.first(findInvitation({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  return showInvitation(toInvitation(row), ctx.now)
}
