import { toRfc3339 } from '../../../../kernel/clock.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import { requireVersion } from '../../../../kernel/version.ts'
import type { CommitPort, Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { type Expected, newSecret, placeOf, sealSecret } from '../../endpoints/index.ts'
import { webhooksErrors } from '../../errors.ts'
import { sourceEvents } from '../events.ts'
import type { Source } from '../../types.ts'
import {
  deleteSource as deleteWrite,
  findSource,
  insertSource,
  listSources as listQuery,
} from '../repo.ts'
import type { CreateSourceInput, RevealedSourceDto, SourceDto } from '../schemas.ts'

/** The sources that the tenant has registered, newest first. */
export async function listSources(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<SourceDto>> {
  requirePermission(ctx, 'webhooks:read')
  const scope = `${ctx.tenant.id} webhooks.sources`
  const [before = BEYOND_IDS] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const limit = input.limit + 1
  const rows = await deps.db.read(listQuery({ tenantId: ctx.tenant.id, before, limit }))
  const items = rows.slice(0, input.limit).map(sourceDto)
  const last = rows.length > input.limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** Registers a source. Throws `webhooks.source_taken` and `webhooks.too_many`. */
export async function createSource(
  deps: Pick<Deps, CommitPort | 'secrets'>,
  ctx: RequestContext,
  input: CreateSourceInput,
): Promise<RevealedSourceDto> {
  requirePermission(ctx, 'webhooks:manage')
  const id = deps.ids.next()
  const place = placeOf(ctx.tenant.id, id)
  const { secret, sealed } =
    input.secret === undefined
      ? await newSecret(deps, place)
      : { secret: null, sealed: await sealSecret(deps, place, input.secret) }
  const source: Source = {
    id,
    slug: input.slug,
    description: input.description ?? '',
    secret: sealed,
    version: 1,
    createdAt: ctx.now,
  }
  const kept = await commitSource(deps, ctx, {
    source,
    event: sourceEvents.created,
    write: insertSource(ctx.tenant.id, source),
    // The answer is kept with an idempotency key; a secret is kept nowhere in the clear.
    result: { ...sourceDto(source), secret: null },
  })
  return { ...kept, secret }
}

/** Forgets a source: what it sends is refused from then on. Throws 404 and 412. */
export async function deleteSource(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  { id, ifMatch }: { readonly id: string } & Expected,
): Promise<null> {
  requirePermission(ctx, 'webhooks:manage')
  const source = await deps.db.first(findSource({ tenantId: ctx.tenant.id, id }))
  if (!source) throw new AppError(errors.notFound)
  requireVersion(source.version, ifMatch)
  return commitSource(deps, ctx, {
    source: { ...source, version: source.version + 1 },
    event: sourceEvents.deleted,
    write: deleteWrite(ctx.tenant.id, id, source.version),
    result: null,
  })
}

function commitSource<Result>(
  deps: Pick<Deps, CommitPort>,
  ctx: RequestContext,
  change: {
    readonly source: Source
    readonly event: EventType<{ id: string; slug: string }>
    readonly write: Write
    readonly result: Result
  },
): Promise<Result> {
  const { id, slug, version } = change.source
  return commit(deps, ctx, {
    writes: [change.write],
    events: [eventOf(change.event, { type: 'webhooks.source', id, version }, { id, slug })],
    audit: {
      action: change.event.type,
      targetType: 'webhooks.source',
      targetId: id,
      changes: { slug },
    },
    result: change.result,
    refusals: {
      state_allows: webhooksErrors.tooMany,
      'webhook_sources.tenant_id, webhook_sources.slug': webhooksErrors.sourceTaken,
    },
  })
}

function sourceDto({ secret: _, ...source }: Source): SourceDto {
  return {
    ...source,
    path: `/api/v1/webhooks/in/${source.slug}`,
    createdAt: toRfc3339(source.createdAt),
  }
}
