import type * as z from 'zod'
import { type RequestContext, systemContext } from '../../../kernel/context.ts'
import { AppError, invalid } from '../../../kernel/errors.ts'
import { eventOf } from '../../../kernel/events.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import { parseWith } from '../../../kernel/parse.ts'
import { commit } from '../../commit/index.ts'
import { RESERVED_SLUGS, ROLE_NAMES, enabledModules, newTenant, switchFault } from '../domain.ts'
import { switchError, tenantsErrors } from '../errors.ts'
import { tenantCreated } from '../events.ts'
import { insertTenant } from '../repo.ts'
import { type CreateTenant, type TenantDto, createTenantBody } from '../schemas.ts'
import type { StoredTenant } from '../types.ts'
import { requireOperator } from './access.ts'
import { type ChangeDeps, replay } from './change.ts'
import { tenantDto } from './dto.ts'
import { databaseOf, findStored } from './shard.ts'

/**
 * Creates a tenant with its default locale, modules and seeded roles; it has no users yet. Needs
 * `tenants:create` in the control tenant. Throws `tenants.slug_taken` and `tenants.slug_reserved`.
 */
export async function createTenant(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: CreateTenant,
): Promise<TenantDto> {
  requireOperator(ctx, 'tenants:create')
  const twin = await findStored(deps, { kind: 'slug', value: input.slug })
  if (twin) {
    await replay({ db: databaseOf(deps, ctx, twin) }, { ...ctx, tenant: twin })
    throw new AppError(tenantsErrors.slugTaken)
  }
  const tenant = draft(deps, ctx.now, input)
  const db = databaseOf(deps, ctx, tenant)
  return insert({ ...deps, db }, { ...ctx, tenant }, tenant, { actorTenantId: ctx.tenant.id })
}

/**
 * Creates a tenant on behalf of the deployment itself, which has no tenant to call from. One tenant
 * at most is the control tenant. Throws as `createTenant` does, and `tenants.control_exists`.
 */
export async function provisionTenant(
  deps: ChangeDeps,
  call: Pick<RequestContext, 'requestId' | 'now'>,
  input: z.input<typeof createTenantBody> & { readonly isControl?: boolean },
): Promise<TenantDto> {
  const { isControl = false, ...body } = input
  const tenant = { ...draft(deps, call.now, parseWith(createTenantBody, body)), isControl }
  const system = { name: 'lifecycle', permissions: [], id: call.requestId, now: call.now }
  const db = deps.shards.openUngated(tenant.shard)
  return insert({ ...deps, db }, systemContext(tenant, system), tenant, {})
}

function draft(deps: ChangeDeps, now: number, input: CreateTenant): StoredTenant {
  if (!deps.shards.names.includes(input.shard))
    throw invalid('/shard', 'is not a shard of this deployment')
  if (RESERVED_SLUGS.has(input.slug)) {
    const detail = `${input.slug} is reserved`
    throw new AppError(tenantsErrors.slugReserved, { errors: [{ pointer: '/slug', detail }] })
  }
  const modules = optionalModules(deps.modules, input.modules)
  return newTenant({ ...input, modules, id: deps.ids.next(), now }, deps.modules)
}

async function insert(
  deps: ChangeDeps,
  ctx: RequestContext,
  tenant: StoredTenant,
  audit: Readonly<Record<string, unknown>>,
): Promise<TenantDto> {
  const { id, slug, name, defaultLocale } = tenant
  const aggregate = { type: 'tenant', id, version: tenant.sequence }
  const modules = Object.keys(tenant.modules)
  const created = await commit(deps, ctx, {
    writes: insertTenant(tenant, ROLE_NAMES).map((statement) => ({ statement })),
    events: [eventOf(tenantCreated, aggregate, { slug, name, defaultLocale, modules })],
    audit: {
      action: tenantCreated.type,
      targetType: 'tenant',
      targetId: id,
      changes: { slug, shard: tenant.shard, ...audit },
    },
    result: tenantDto(tenant),
    refusals: {
      'tenants.slug': tenantsErrors.slugTaken,
      'tenants.is_control': tenantsErrors.controlExists,
    },
  })
  await deps.tenants.replace(undefined, tenant)
  return created
}

/** The optional modules to switch on: every one, or the wanted ones with all that they need. */
function optionalModules(
  facts: readonly ModuleFacts[],
  wanted: readonly string[] | undefined,
): string[] {
  const optional = facts.filter((fact) => fact.kind === 'optional').map((fact) => fact.slug)
  if (!wanted) return optional
  const unknown = wanted.findIndex((slug) => !optional.includes(slug))
  if (unknown >= 0) throw invalid(`/modules/${unknown}`, 'is not an optional module')
  const chosen = [...new Set(wanted)]
  const states = Object.fromEntries(chosen.map((slug) => [slug, { enabled: true, settings: {} }]))
  const enabled = enabledModules(facts, states)
  for (const slug of chosen) {
    const fault = switchFault(facts, enabled, slug, true)
    if (fault) throw switchError(fault)
  }
  return chosen
}
