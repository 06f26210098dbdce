import { changesBetween } from '../../../../kernel/changes.ts'
import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { OVERLAP_MILLISECONDS } from '../../domain.ts'
import type { Endpoint } from '../../types.ts'
import {
  deleteEndpoint as deleteWrite,
  findEndpoint,
  insertEndpoint,
  listEndpoints as listQuery,
  toEndpoint,
  updateEndpoint as updateWrite,
} from '../repo.ts'
import type {
  CreateEndpointInput,
  EndpointDto,
  RevealedEndpointDto,
  UpdateEndpointInput,
} from '../schemas.ts'
import { newSecret, placeOf } from './secret.ts'
import {
  type Expected,
  type WriteDeps,
  commitEndpoint,
  endpointDto,
  loadEndpoint,
  requireTarget,
} from './shared.ts'

type EndpointDeps = WriteDeps & Pick<Deps, 'fetcher' | 'secrets'>

/** The endpoints, newest first. */
export async function listEndpoints(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<EndpointDto>> {
  requirePermission(ctx, 'webhooks:read')
  const scope = `${ctx.tenant.id} webhooks.endpoints`
  const [before = BEYOND_IDS] =
    input.cursor === undefined ? [] : await deps.cursors.decode(scope, input.cursor)
  const limit = input.limit + 1
  const rows = await deps.db.read(listQuery({ tenantId: ctx.tenant.id, before, limit }))
  const items = rows.slice(0, input.limit).map((row) => endpointDto(toEndpoint(row)))
  const last = rows.length > input.limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One endpoint. Throws 404. */
export async function getEndpoint(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<EndpointDto> {
  requirePermission(ctx, 'webhooks:read')
  const row = await deps.db.first(findEndpoint({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  return endpointDto(toEndpoint(row))
}

/** Adds an endpoint and shows its secret. Throws 422 for a URL that is refused, `webhooks.too_many`. */
export async function createEndpoint(
  deps: EndpointDeps,
  ctx: RequestContext,
  input: CreateEndpointInput,
): Promise<RevealedEndpointDto> {
  requirePermission(ctx, 'webhooks:manage')
  await requireTarget(deps, input.url)
  const id = deps.ids.next()
  const { secret, sealed } = await newSecret(deps, placeOf(ctx.tenant.id, id))
  const endpoint: Endpoint = {
    id,
    url: new URL(input.url).href,
    description: input.description ?? '',
    events: input.events,
    shape: input.shape ?? 'full',
    fields: input.fields ?? null,
    state: 'enabled',
    disabledReason: null,
    secret: sealed,
    previousSecret: null,
    previousSecretUntil: null,
    ...healthy,
    version: 1,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  }
  const kept = await commitEndpoint(deps, ctx, {
    after: endpoint,
    happened: 'created',
    write: insertEndpoint(ctx.tenant.id, endpoint),
    by: 1,
    changes: changesBetween(undefined, endpoint, AUDITED),
    // The answer is kept with an idempotency key; a secret is kept nowhere in the clear.
    result: { ...endpointDto(endpoint), secret: null },
  })
  return { ...kept, secret }
}

const AUDITED = ['url', 'description', 'events', 'shape', 'fields', 'state'] as const

const healthy = { failures: 0, failingSince: null, pausedUntil: null } as const

/**
 * Changes an endpoint; what is absent stays. Enabling it, or giving it another URL, forgets its
 * failures. Throws 404, 412 and 422.
 */
export async function updateEndpoint(
  deps: EndpointDeps,
  ctx: RequestContext,
  input: UpdateEndpointInput & { readonly id: string } & Expected,
): Promise<EndpointDto> {
  const { id: _, ifMatch: __, ...patch } = input
  const before = await loadEndpoint(deps, ctx, input)
  if (patch.url !== undefined) await requireTarget(deps, patch.url)
  const url = patch.url === undefined ? before.url : new URL(patch.url).href
  const state = patch.state ?? before.state
  const isFresh = state === 'enabled' && (before.state !== state || url !== before.url)
  const after: Endpoint = {
    ...before,
    description: patch.description ?? before.description,
    events: patch.events ?? before.events,
    shape: patch.shape ?? before.shape,
    fields: patch.fields === undefined ? before.fields : patch.fields,
    url,
    state,
    disabledReason: disabledReasonOf(before, state),
    ...(isFresh ? healthy : {}),
    version: before.version + 1,
    updatedAt: ctx.now,
  }
  const isSwitched = state !== before.state
  return commitEndpoint(deps, ctx, {
    after,
    happened: isSwitched && state === 'disabled' ? 'disabled' : 'updated',
    write: updateWrite(ctx.tenant.id, after),
    by: isSwitched ? (state === 'enabled' ? 1 : -1) : 0,
    changes: changesBetween(before, after, AUDITED),
    result: endpointDto(after),
  })
}

function disabledReasonOf(before: Endpoint, state: Endpoint['state']): Endpoint['disabledReason'] {
  if (state === 'enabled') return null
  return before.state === 'enabled' ? 'manual' : before.disabledReason
}

/** Deletes an endpoint; what is on its way to it is given up. Throws 404 and 412. */
export async function deleteEndpoint(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { readonly id: string } & Expected,
): Promise<null> {
  const before = await loadEndpoint(deps, ctx, input)
  return commitEndpoint(deps, ctx, {
    after: { ...before, version: before.version + 1 },
    happened: 'deleted',
    write: deleteWrite(ctx.tenant.id, before.id, before.version),
    by: before.state === 'enabled' ? -1 : 0,
    changes: changesBetween(before, undefined, AUDITED),
    result: null,
  })
}

/**
 * Gives an endpoint another secret and shows it. The one before signs as well for a day. Throws 404
 * and 412.
 */
export async function rotateSecret(
  deps: EndpointDeps,
  ctx: RequestContext,
  input: { readonly id: string } & Expected,
): Promise<RevealedEndpointDto> {
  const before = await loadEndpoint(deps, ctx, input)
  const { secret, sealed } = await newSecret(deps, placeOf(ctx.tenant.id, before.id))
  const after: Endpoint = {
    ...before,
    secret: sealed,
    previousSecret: before.secret,
    previousSecretUntil: ctx.now + OVERLAP_MILLISECONDS,
    version: before.version + 1,
    updatedAt: ctx.now,
  }
  const kept = await commitEndpoint(deps, ctx, {
    after,
    happened: 'secretRotated',
    write: updateWrite(ctx.tenant.id, after),
    by: 0,
    changes: {},
    result: { ...endpointDto(after), secret: null },
  })
  return { ...kept, secret }
}
