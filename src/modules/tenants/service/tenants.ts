import { changesBetween } from '../../../kernel/changes.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../kernel/events.ts'
import { nextState } from '../../../kernel/fsm.ts'
import type { Page } from '../../../kernel/schemas.ts'
import type { ExpectedVersion } from '../../../kernel/version.ts'
import type { Deps } from '../../../ports/deps.ts'
import { statusTransitions } from '../domain.ts'
import { tenantsErrors } from '../errors.ts'
import {
  tenantActivated,
  tenantDeletionRequested,
  tenantRestored,
  tenantSuspended,
  tenantUpdated,
} from '../events.ts'
import { listTenants as listStatement, tenantRecord } from '../repo.ts'
import { type ListTenants, type TenantDto, type UpdateTenant, tenantSettings } from '../schemas.ts'
import { progressOf } from '../erasure/index.ts'
import { readSettings, requireOperator, requireReach, updateSettings } from './access.ts'
import { type Change, type ChangeDeps, changeTenant, openTenant } from './change.ts'
import { tenantDto } from './dto.ts'
import { readEverywhere } from './shard.ts'
import { patchSettings } from './settings.ts'

/** Names a tenant and, for a change, the version that the caller has seen. */
export interface Target {
  readonly tenantId: string
  readonly ifMatch?: ExpectedVersion
}

/** All tenants, newest first. Needs `tenants:read` in the control tenant. */
export async function listTenants(
  deps: Pick<Deps, 'db' | 'shards' | 'cursors'>,
  ctx: RequestContext,
  input: ListTenants,
): Promise<Page<TenantDto>> {
  requireOperator(ctx, 'tenants:read')
  const { limit, cursor, status } = input
  const scope = `${ctx.tenant.id} tenants ${status ?? ''}`
  const [before] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const wanted = listStatement({ status, before: before?.toString(), limit: limit + 1 })
  const rows = await readEverywhere(deps, ctx, wanted)
  rows.sort((left, right) => (left.id < right.id ? 1 : -1))
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => tenantDto(tenantRecord(row))),
    nextCursor: rows.length > limit && last ? await deps.cursors.encode(scope, [last.id]) : null,
  }
}

/** One tenant. Throws `not_found`. */
export async function getTenant(
  deps: Pick<Deps, 'db' | 'shards'>,
  ctx: RequestContext,
  input: Target,
): Promise<TenantDto> {
  requireReach(ctx, input.tenantId, readSettings)
  return tenantDto(await openTenant(deps, ctx, input.tenantId))
}

/** Changes name, default locale and settings. Throws `tenants.locale_unknown` beside `invalid_input`. */
export async function updateTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target & UpdateTenant,
): Promise<TenantDto> {
  requireReach(ctx, input.tenantId, updateSettings)
  const before = await openTenant(deps, ctx, input.tenantId)
  const { name = before.name, defaultLocale = before.defaultLocale } = input
  if (!before.locales.some((locale) => locale.code === defaultLocale)) {
    const detail = 'is not a locale of the tenant'
    throw new AppError(tenantsErrors.localeUnknown, {
      errors: [{ pointer: '/defaultLocale', detail }],
    })
  }
  const settings = input.settings
    ? patchSettings(tenantSettings, before.settings, input.settings)
    : before.settings
  const changed = (['name', 'defaultLocale', 'settings'] as const).filter(
    (key) => input[key] !== undefined,
  )
  const payload = { slug: before.slug, name, defaultLocale, changed }
  const change: Change<TenantDto> = {
    patch: { name, defaultLocale, settings },
    writes: [],
    event: (aggregate) => eventOf(tenantUpdated, aggregate, payload),
    audit: changesBetween(before, { ...before, name, defaultLocale, settings }, changed),
    result: tenantDto,
  }
  return changeTenant(deps, ctx, before, change, input.ifMatch)
}

/** Stops serving a tenant. Needs `tenants:update` in the control tenant. */
export function suspendTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target,
): Promise<TenantDto> {
  requireOperator(ctx, 'tenants:update')
  return moveTenant(deps, ctx, input, 'suspend', tenantSuspended)
}

/** Serves a suspended tenant again. Needs `tenants:update` in the control tenant. */
export function activateTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target,
): Promise<TenantDto> {
  requireOperator(ctx, 'tenants:update')
  return moveTenant(deps, ctx, input, 'activate', tenantActivated)
}

/** Marks a tenant for deletion. Needs `tenants:delete` in the control tenant. */
export function requestTenantDeletion(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target,
): Promise<TenantDto> {
  requireOperator(ctx, 'tenants:delete')
  return moveTenant(deps, ctx, input, 'requestDeletion', tenantDeletionRequested)
}

/**
 * Takes the request for deletion back; the tenant is suspended. Needs `tenants:delete` in the control
 * tenant. Throws `tenants.status_refused` when the erasure has begun.
 */
export function restoreTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target,
): Promise<TenantDto> {
  requireOperator(ctx, 'tenants:delete')
  return moveTenant(deps, ctx, input, 'restore', tenantRestored)
}

async function moveTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: Target,
  action: keyof typeof statusTransitions,
  event: EventType<{ slug: string }>,
): Promise<TenantDto> {
  const before = await openTenant(deps, ctx, input.tenantId)
  if (before.isControl) throw new AppError(tenantsErrors.controlProtected)
  const status = nextState(statusTransitions, before.status, action)
  if (!status) {
    throw new AppError(tenantsErrors.statusRefused, { detail: `The tenant is ${before.status}.` })
  }
  if (progressOf(before))
    throw new AppError(tenantsErrors.statusRefused, { detail: 'The erasure has begun.' })
  const deletionRequestedAt = status === 'deleting' ? ctx.now : null
  return changeTenant(
    deps,
    ctx,
    before,
    {
      patch: { status, deletionRequestedAt },
      writes: [],
      event: (aggregate) => eventOf(event, aggregate, { slug: before.slug }),
      audit: { status: { before: before.status, after: status } },
      result: tenantDto,
    },
    input.ifMatch,
  )
}
