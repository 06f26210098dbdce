import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { requireCovers } from '../../../rbac/index.ts'
import type { TransferJobRow } from '../../repo.ts'
import { readManifest } from '../../service/files.ts'
import { findPerson, findPersonExport } from '../repo.ts'
import type { PersonExport } from '../schemas.ts'

type ReadDeps = Pick<Deps, 'db' | 'storage'>
type Found = TransferJobRow & { readonly id: string }

/**
 * The newest export of a user. Needs `users:export`. Throws `not_found`, and `rbac.grant_too_wide` for
 * a user who may do more than the caller.
 */
export async function getUserExport(
  deps: ReadDeps,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<PersonExport> {
  return toExport(deps, ctx, id, await findForOthers(deps, ctx, id))
}

/** The newest export of the caller. Throws `not_found`. */
export async function getOwnExport(deps: ReadDeps, ctx: RequestContext): Promise<PersonExport> {
  const found = await findOwn(deps, ctx)
  return toExport(deps, ctx, userIdOf(ctx.principal) ?? '', found)
}

/** The id of the newest export of a user. Throws as `getUserExport`. */
export async function findForOthers(
  { db }: Pick<Deps, 'db'>,
  ctx: RequestContext,
  userId: string,
): Promise<Found> {
  requirePermission(ctx, 'users:export', null)
  const [person, found] = await Promise.all([
    db.first(findPerson(ctx.tenant.id, userId)),
    db.first(findPersonExport(ctx.tenant.id, userId)),
  ])
  if (!person || !found) throw new AppError(errors.notFound)
  requireCovers(ctx, JSON.parse(person.roles))
  return found
}

/** The id of the newest export of the caller. Throws `not_found`. */
export async function findOwn(
  { db }: Pick<Deps, 'db'>,
  { tenant, principal }: RequestContext,
): Promise<Found> {
  const userId = userIdOf(principal)
  if (userId === undefined) throw new AppError(errors.unauthenticated)
  const found = await db.first(findPersonExport(tenant.id, userId))
  if (!found) throw new AppError(errors.notFound)
  return found
}

async function toExport(
  deps: ReadDeps,
  ctx: RequestContext,
  userId: string,
  { id, state, progress, lastError, createdAt, finishedAt }: Found,
): Promise<PersonExport> {
  return {
    id,
    userId,
    state,
    progress,
    error: lastError,
    createdAt: toRfc3339(createdAt),
    finishedAt: toRfc3339OrNull(finishedAt),
    manifest: (await readManifest(deps, ctx.tenant.id, id)) ?? null,
  }
}
