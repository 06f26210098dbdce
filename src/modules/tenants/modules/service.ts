import * as z from 'zod'
import { changesBetween } from '../../../kernel/changes.ts'
import type { RequestContext, TenantModule } from '../../../kernel/context.ts'
import { type EventType, eventOf } from '../../../kernel/events.ts'
import type { ModuleFacts } from '../../../kernel/module.ts'
import type { Page, PageQuery } from '../../../kernel/schemas.ts'
import type { Deps } from '../../../ports/deps.ts'
import { enabledModules, switchFault } from '../domain.ts'
import { switchError } from '../errors.ts'
import { moduleConfigured, moduleDisabled, moduleEnabled } from './events.ts'
import { upsertModule } from './repo.ts'
import type { ModuleDto } from './schemas.ts'
import type { Settings, StoredTenant } from '../types.ts'
import { type Reach, requireReach } from '../service/access.ts'
import { type Change, type ChangeDeps, changeTenant, openTenant } from '../service/change.ts'
import { pageByKey } from '../service/page.ts'
import { patchSettings, settingsOver } from '../service/settings.ts'

/** Names a module of a tenant. */
export interface ModuleTarget {
  readonly tenantId: string
  readonly module: string
}

const readModules: Reach = { operator: 'tenants:read', own: 'modules:read' }
const updateModules: Reach = { operator: 'tenants:update', own: 'modules:update' }

/** Every module of the deployment as the tenant has it. */
export async function listModules(
  deps: Pick<Deps, 'db' | 'shards' | 'cursors' | 'modules'>,
  ctx: RequestContext,
  input: PageQuery & { readonly tenantId: string },
): Promise<Page<ModuleDto>> {
  requireReach(ctx, input.tenantId, readModules)
  const tenant = await openTenant(deps, ctx, input.tenantId)
  return pageByKey(deps, `${input.tenantId} tenants.modules`, input, {
    items: deps.modules.map((facts) => moduleDto(facts, tenant.modules[facts.slug])),
    keyOf: (module) => module.slug,
  })
}

/**
 * Switches a module on; changes nothing when it is on. Throws `tenants.module_unknown` and
 * `tenants.module_dependency_missing`.
 */
export function enableModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: ModuleTarget,
): Promise<ModuleDto> {
  return switchModule(deps, ctx, input, true, moduleEnabled)
}

/**
 * Switches a module off; its data stays. Changes nothing when it is off. Throws
 * `tenants.module_unknown`, `tenants.module_core` and `tenants.module_required_by`.
 */
export function disableModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: ModuleTarget,
): Promise<ModuleDto> {
  return switchModule(deps, ctx, input, false, moduleDisabled)
}

/** Changes settings of a module, on or off; null goes back to the default. */
export async function configureModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: ModuleTarget & { readonly settings: Settings },
): Promise<ModuleDto> {
  const { tenant, facts, state } = await openModule(deps, ctx, input)
  const settings = patchSettings(facts.settings, state.settings, input.settings)
  const keys = Object.keys(input.settings)
  return saveModule(
    deps,
    ctx,
    tenant,
    facts,
    { ...state, settings },
    {
      event: (aggregate) => eventOf(moduleConfigured, aggregate, { module: facts.slug, keys }),
      audit: { module: facts.slug, ...changesBetween<Settings>(state.settings, settings, keys) },
    },
  )
}

async function switchModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: ModuleTarget,
  enabled: boolean,
  event: EventType<{ module: string }>,
): Promise<ModuleDto> {
  const { tenant, facts, state } = await openModule(deps, ctx, input)
  const fault = switchFault(
    deps.modules,
    enabledModules(deps.modules, tenant.modules),
    facts.slug,
    enabled,
  )
  if (fault) throw switchError(fault)
  if (state.enabled === enabled) return moduleDto(facts, state)
  return saveModule(
    deps,
    ctx,
    tenant,
    facts,
    { ...state, enabled },
    {
      event: (aggregate) => eventOf(event, aggregate, { module: facts.slug }),
      audit: { module: facts.slug, enabled: { before: state.enabled, after: enabled } },
    },
  )
}

async function openModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: ModuleTarget,
): Promise<{ tenant: StoredTenant; facts: ModuleFacts; state: TenantModule }> {
  requireReach(ctx, input.tenantId, updateModules)
  const facts = deps.modules.find((module) => module.slug === input.module)
  if (!facts) throw switchError({ kind: 'unknown' })
  const tenant = await openTenant(deps, ctx, input.tenantId)
  const stored = tenant.modules[facts.slug]
  const enabled = facts.kind === 'core' || stored?.enabled === true
  return { tenant, facts, state: { enabled, settings: stored?.settings ?? {} } }
}

function saveModule(
  deps: ChangeDeps,
  ctx: RequestContext,
  tenant: StoredTenant,
  facts: ModuleFacts,
  state: TenantModule,
  said: Pick<Change<ModuleDto>, 'event' | 'audit'>,
): Promise<ModuleDto> {
  return changeTenant(deps, ctx, tenant, {
    patch: { modules: { ...tenant.modules, [facts.slug]: state } },
    writes: [upsertModule(tenant.id, facts.slug, state, ctx.now)],
    ...said,
    result: () => moduleDto(facts, state),
  })
}

/** A module as the tenant has it; `state` is undefined when the tenant never touched it. */
function moduleDto(facts: ModuleFacts, state: TenantModule | undefined): ModuleDto {
  return {
    slug: facts.slug,
    title: facts.title,
    kind: facts.kind,
    enabled: facts.kind === 'core' || state?.enabled === true,
    dependsOn: [...facts.dependsOn],
    settings: settingsOver(facts.settings, state?.settings ?? {}),
    settingsSchema: facts.settings ? { ...z.toJSONSchema(facts.settings, { io: 'input' }) } : null,
  }
}
