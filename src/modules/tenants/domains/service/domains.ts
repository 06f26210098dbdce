import type { RequestContext } from '../../../../kernel/context.ts'
import { toRfc3339, toRfc3339OrNull } from '../../../../kernel/clock.ts'
import { toBase64Url } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { baseDomainOf } from '../../domain.ts'
import { tenantsErrors } from '../../errors.ts'
import { domainAdded, domainRemoved, domainVerified } from '../events.ts'
import { deleteDomain, findDomains, insertDomain, verifyDomainRow } from '../repo.ts'
import type { DomainDto } from '../schemas.ts'
import type { StoredTenant } from '../../types.ts'
import type { TenantDomain } from '../types.ts'
import {
  readSettings,
  requireOperator,
  requireReach,
  updateSettings,
} from '../../service/access.ts'
import { type ChangeDeps, changeTenant, openTenant } from '../../service/change.ts'
import { pageByKey } from '../../service/page.ts'
import { databaseOf, hasHostElsewhere } from '../../service/shard.ts'

/** What a host's owner publishes. */
export async function makeVerificationToken({ ids }: Pick<Deps, 'ids'>): Promise<string> {
  return toBase64Url(ids.random(TOKEN_BYTES))
}

/** Names a host of a tenant. */
export interface DomainTarget {
  readonly tenantId: string
  readonly host: string
}

const TOKEN_BYTES = 24

/** The hosts that a tenant claims, by name. */
export async function listDomains(
  deps: Pick<Deps, 'db' | 'shards' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery & { readonly tenantId: string },
): Promise<Page<DomainDto>> {
  requireReach(ctx, input.tenantId, readSettings)
  const { domains } = await openDomains(deps, ctx, input.tenantId)
  return pageByKey(deps, `${input.tenantId} tenants.domains`, input, {
    items: domains.map(domainDto),
    keyOf: (domain) => domain.host,
  })
}

/**
 * Claims a host for a tenant; it leads nowhere until it is verified. Throws `tenants.host_exists`,
 * `tenants.host_reserved` for a base domain of the platform or what lies under one, and
 * `tenants.too_many_domains`.
 */
export async function addDomain(
  deps: ChangeDeps & Pick<Deps, 'settings'>,
  ctx: RequestContext,
  input: DomainTarget,
): Promise<DomainDto> {
  requireReach(ctx, input.tenantId, updateSettings)
  const { host } = input
  if (baseDomainOf(host, deps.settings.baseDomains) !== undefined) {
    throw new AppError(tenantsErrors.hostReserved)
  }
  const { tenant, domains } = await openDomains(deps, ctx, input.tenantId)
  if (domains.some((known) => known.host === host)) throw new AppError(tenantsErrors.hostExists)
  if (domains.length >= limits.tenant.domains) throw new AppError(tenantsErrors.tooManyDomains)
  const domain: TenantDomain = {
    host,
    verificationToken: await makeVerificationToken(deps),
    verifiedAt: null,
    createdAt: ctx.now,
  }
  return changeTenant(deps, ctx, tenant, {
    patch: {},
    writes: [insertDomain(tenant.id, domain)],
    event: (aggregate) => eventOf(domainAdded, aggregate, { host }),
    audit: { host },
    result: () => domainDto(domain),
  })
}

/**
 * Makes a claimed host lead to its tenant. Needs `tenants:update` in the control tenant: an operator
 * has seen the token. Changes nothing when it is done already. Throws `tenants.host_taken`.
 */
export async function verifyDomain(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: DomainTarget,
): Promise<DomainDto> {
  requireOperator(ctx, 'tenants:update')
  const { host } = input
  const { tenant, domains } = await openDomains(deps, ctx, input.tenantId)
  const domain = domains.find((known) => known.host === host)
  if (!domain) throw new AppError(errors.notFound)
  if (domain.verifiedAt !== null) return domainDto(domain)
  if (await hasHostElsewhere(deps, tenant, host)) throw new AppError(tenantsErrors.hostTaken)
  return changeTenant(deps, ctx, tenant, {
    patch: { hosts: [...tenant.hosts, host].sort() },
    writes: [verifyDomainRow({ tenantId: tenant.id, host, now: ctx.now })],
    event: (aggregate) => eventOf(domainVerified, aggregate, { host }),
    audit: { host },
    result: () => domainDto({ ...domain, verifiedAt: ctx.now }),
    refusals: { 'tenant_domains.host': tenantsErrors.hostTaken },
  })
}

/** Gives up a host. Throws `not_found` when the tenant does not claim it. */
export async function removeDomain(
  deps: ChangeDeps,
  ctx: RequestContext,
  input: DomainTarget,
): Promise<null> {
  requireReach(ctx, input.tenantId, updateSettings)
  const { host } = input
  const { tenant, domains } = await openDomains(deps, ctx, input.tenantId)
  if (!domains.some((known) => known.host === host)) throw new AppError(errors.notFound)
  return changeTenant(deps, ctx, tenant, {
    patch: { hosts: tenant.hosts.filter((known) => known !== host) },
    writes: [deleteDomain({ tenantId: tenant.id, host })],
    event: (aggregate) => eventOf(domainRemoved, aggregate, { host }),
    audit: { host },
    result: () => null,
  })
}

async function openDomains(
  deps: Pick<Deps, 'db' | 'shards'>,
  ctx: RequestContext,
  tenantId: string,
): Promise<{ tenant: StoredTenant; domains: TenantDomain[] }> {
  const [tenant, domains] = await Promise.all([
    openTenant(deps, ctx, tenantId),
    deps.db.read(findDomains({ tenantId })),
  ])
  if (tenant.shard === ctx.tenant.shard) return { tenant, domains }
  return { tenant, domains: await databaseOf(deps, ctx, tenant).read(findDomains({ tenantId })) }
}

function domainDto(domain: TenantDomain): DomainDto {
  return {
    host: domain.host,
    verificationToken: domain.verificationToken,
    verifiedAt: toRfc3339OrNull(domain.verifiedAt),
    createdAt: toRfc3339(domain.createdAt),
  }
}
