import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors, invalid } from '../../../../kernel/errors.ts'
import { firstIdAt } from '../../../../kernel/ids.ts'
import { requirePermission, userIdOf } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Query } from '../../../../kernel/statement.ts'
import type { Deps } from '../../../../ports/deps.ts'
import {
  type EntryFilter,
  type EntryRange,
  type EntryRow,
  type Way,
  findEntries,
  findEntry,
} from '../repo.ts'
import type { EntriesQuery, EntryDto } from '../schemas.ts'
import { entryDto, ownEntryDto } from './dto.ts'

type ReadDeps = Pick<Deps, 'db' | 'cursors'>

/** An entry is written this long after its instant at most: a job's last commit carries its first. */
const LONGEST_CALL = 3_600_000

const everything: EntryFilter = {
  actorId: null,
  targetId: null,
  targetType: null,
  requestId: null,
  action: null,
  since: null,
  until: null,
}

/**
 * The tenant's audit log by actor, action, target, request and time, newest first. Entries of the last
 * minute have no place in the chain yet. Needs `audit:read`.
 */
export async function listEntries(
  deps: ReadDeps,
  ctx: RequestContext,
  { limit, cursor, ...criteria }: EntriesQuery,
): Promise<Page<EntryDto>> {
  requirePermission(ctx, 'audit:read', null)
  if (criteria.targetType !== undefined && criteria.targetId === undefined)
    throw invalid('/targetType', 'needs targetId')
  const filter: EntryFilter = {
    actorId: criteria.actorId ?? null,
    targetId: criteria.targetId ?? null,
    targetType: criteria.targetType ?? null,
    requestId: criteria.requestId ?? null,
    action: criteria.action ?? null,
    ...timeOf(criteria),
  }
  const page = { limit, cursor, scope: `entries ${JSON.stringify(filter)}` }
  const rows = await readPage(deps, ctx, page, filter, (range) =>
    waysOf(filter).map((way) => findEntries(ctx.tenant.id, way, filter, range)),
  )
  return { ...rows, items: rows.items.map(entryDto) }
}

/** What a signed-in user has done, and what was done to the user, newest first. */
export async function listOwnEntries(
  deps: ReadDeps,
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<Page<EntryDto>> {
  const userId = userIdOf(ctx.principal)
  if (userId === undefined) throw new AppError(errors.unauthenticated)
  const byMe = { ...everything, actorId: userId }
  const toMe = { ...everything, targetId: userId, targetType: 'user' }
  const page = { limit, cursor, scope: `mine ${userId}` }
  const find = (range: EntryRange) => [
    findEntries(ctx.tenant.id, 'actor', byMe, range),
    findEntries(ctx.tenant.id, 'target', toMe, range),
    findEntries(ctx.tenant.id, 'unsealed', byMe, range),
    findEntries(ctx.tenant.id, 'unsealed', toMe, range),
  ]
  const rows = await readPage(deps, ctx, page, { since: null, until: null }, find)
  return { ...rows, items: rows.items.map((row) => ownEntryDto(row, userId)) }
}

/** One entry of the tenant's log. Needs `audit:read`. Throws `not_found`. */
export async function getEntry(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<EntryDto> {
  requirePermission(ctx, 'audit:read', null)
  const row = await deps.db.first(findEntry(ctx.tenant.id, id))
  if (!row) throw new AppError(errors.notFound)
  return entryDto(row)
}

/** The criterion that leads to the fewest entries first. Those indexes hold sealed entries alone. */
function waysOf(filter: EntryFilter): readonly Way[] {
  if (filter.requestId !== null) return ['request', 'unsealed']
  if (filter.targetId !== null) return ['target', 'unsealed']
  if (filter.actorId !== null) return ['actor', 'unsealed']
  return filter.action === null ? ['time'] : ['action', 'unsealed']
}

/** The instants of a filter in epoch milliseconds. */
export function timeOf(input: {
  readonly since?: string | undefined
  readonly until?: string | undefined
}): Pick<EntryFilter, 'since' | 'until'> {
  const { since, until } = input
  return {
    since: since === undefined ? null : Date.parse(since),
    until: until === undefined ? null : Date.parse(until),
  }
}

/** The ids that entries of these instants may have. */
export function idsOf({ since, until }: Pick<EntryFilter, 'since' | 'until'>): {
  from: string
  before: string
} {
  return {
    from: since === null ? '' : firstIdAt(since),
    before: until === null ? BEYOND_IDS : firstIdAt(until + LONGEST_CALL),
  }
}

/** Reads one page by several queries at once, whose answers may overlap. */
async function readPage(
  deps: ReadDeps,
  ctx: RequestContext,
  page: { readonly limit: number; readonly cursor: string | undefined; readonly scope: string },
  time: Pick<EntryFilter, 'since' | 'until'>,
  find: (range: EntryRange) => readonly Query<EntryRow>[],
): Promise<Page<EntryRow>> {
  const scope = `${ctx.tenant.id} audit.${page.scope}`
  const [seen = BEYOND_IDS] =
    page.cursor === undefined ? [] : await deps.cursors.decode(scope, page.cursor)
  const { from, before } = idsOf(time)
  const range = {
    from,
    before: String(seen) < before ? String(seen) : before,
    limit: page.limit + 1,
  }
  const found = await Promise.all(find(range).map((query) => deps.db.read(query)))
  const rows = [...new Map(found.flat().map((row) => [row.id, row])).values()].sort((one, other) =>
    one.id < other.id ? 1 : -1,
  )
  const items = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}
