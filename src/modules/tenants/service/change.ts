import type { RequestContext } from '../../../kernel/context.ts'
import { AppError, type ErrorDefinition, errors } from '../../../kernel/errors.ts'
import type { Aggregate, DomainEvent } from '../../../kernel/events.ts'
import type { Statement } from '../../../kernel/statement.ts'
import { type ExpectedVersion, requireVersion } from '../../../kernel/version.ts'
import type { Deps } from '../../../ports/deps.ts'
import { type CommitDeps, commit, replayGate } from '../../commit/index.ts'
import { tenantsErrors } from '../errors.ts'
import { updateTenant } from '../repo.ts'
import type { StoredTenant } from '../types.ts'
import { databaseOf, findStored } from './shard.ts'

export type ChangeDeps = CommitDeps & Pick<Deps, 'shards' | 'tenants' | 'modules'>

/** What a change of a tenant does. */
export interface Change<Result> {
  /** The fields of the tenant that change; version and time change by themselves. */
  readonly patch: Partial<
    Pick<
      StoredTenant,
      | 'name'
      | 'status'
      | 'defaultLocale'
      | 'settings'
      | 'hosts'
      | 'origins'
      | 'locales'
      | 'modules'
      | 'deletionRequestedAt'
    >
  >
  /** The rows beside the tenant's own. */
  readonly writes: readonly Statement[]
  readonly event: (aggregate: Aggregate) => DomainEvent
  /** What the audit entry says beside the event's type. */
  readonly audit: Readonly<Record<string, unknown>>
  readonly result: (after: StoredTenant) => Result
  readonly refusals?: Readonly<Record<string, ErrorDefinition>>
}

/**
 * Loads a tenant, and in the same trip the answer that the caller's idempotency key may have there.
 * Throws `not_found`.
 */
export async function openTenant(
  deps: Pick<Deps, 'db' | 'shards'>,
  ctx: RequestContext,
  tenantId: string,
): Promise<StoredTenant> {
  const [tenant] = await Promise.all([
    findStored(deps, { kind: 'id', value: tenantId }),
    tenantId === ctx.tenant.id
      ? undefined
      : replay(deps, { ...ctx, tenant: { ...ctx.tenant, id: tenantId } }),
  ])
  if (!tenant) throw new AppError(errors.notFound)
  if (tenant.shard !== ctx.tenant.shard)
    await replay({ db: databaseOf(deps, ctx, tenant) }, { ...ctx, tenant })
  return tenant
}

/** Throws the answer that the context's idempotency key has in the context's tenant. */
export async function replay(deps: Pick<Deps, 'db'>, ctx: RequestContext): Promise<void> {
  for (const gate of replayGate(ctx)) gate.check(await deps.db.read(gate.query))
}

/**
 * Commits a change of a tenant over the state that it was decided on, and gives the new state to the
 * directory. The event and the audit entry belong to the changed tenant, whoever the caller is.
 *
 * Throws `precondition_failed` when the caller expected another version, `conflict` when the tenant
 * has changed meanwhile, and `status_refused` for a tenant that is to be deleted.
 */
export async function changeTenant<Result>(
  deps: ChangeDeps,
  ctx: RequestContext,
  before: StoredTenant,
  change: Change<Result>,
  expected?: ExpectedVersion,
): Promise<Result> {
  if (before.status === 'deleting' && change.patch.status === undefined)
    throw new AppError(tenantsErrors.statusRefused)
  requireVersion(before.version, expected)

  const after = {
    ...before,
    ...change.patch,
    version: before.version + 1,
    sequence: before.sequence + 1,
    updatedAt: ctx.now,
  }
  const event = change.event({ type: 'tenant', id: before.id, version: after.sequence })
  const isForeign = ctx.tenant.id !== before.id
  const result = await commit(
    { ...deps, db: databaseOf(deps, ctx, before) },
    { ...ctx, tenant: before },
    {
      writes: [
        { statement: updateTenant(after, before.version), guard: 'version_matches' },
        ...change.writes.map((statement) => ({ statement })),
      ],
      events: [event],
      audit: {
        action: event.type,
        targetType: 'tenant',
        targetId: before.id,
        changes: isForeign ? { ...change.audit, actorTenantId: ctx.tenant.id } : change.audit,
      },
      result: change.result(after),
      refusals: {
        version_matches:
          expected === undefined || expected === '*' ? errors.conflict : errors.preconditionFailed,
        ...change.refusals,
      },
    },
  )
  for (const module of deps.modules) deps.publicCache.invalidate(before.id, module.slug)
  await deps.tenants.replace(before, after)
  return result
}
