import { errors } from '../../../kernel/errors.ts'
import { pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { tenantsErrors } from '../errors.ts'
import { tenantParams } from '../schemas.ts'
import * as schemas from './schemas.ts'
import { addDomain, listDomains, removeDomain, verifyDomain } from './service/domains.ts'
import { getOrigins, setOrigins } from './service/origins.ts'

const permission = (name: string) => ({ kind: 'permission', permission: name }) as const
const { conflict } = errors

/** The first two are for operators, the others for the tenant's own administrators. */
export const domainRoutes = [
  route({
    method: 'get',
    path: '/{tenantId}/domains',
    operationId: 'listTenantDomainsById',
    summary: 'List the hosts that any tenant claims, with their verification tokens',
    access: permission('tenants:read'),
    controlOnly: true,
    params: tenantParams,
    query: pageQuery,
    success: { status: 200, schema: schemas.domainPage },
    handle: (deps, ctx, { params, query }) => listDomains(deps, ctx, { ...params, ...query }),
  }),
  route({
    method: 'post',
    path: '/{tenantId}/domains/{host}/verify',
    operationId: 'verifyTenantDomain',
    summary: 'Let a host lead to its tenant, after its token has been seen',
    access: permission('tenants:update'),
    controlOnly: true,
    params: schemas.tenantDomainParams,
    success: { status: 200, schema: schemas.domainSchema },
    errors: [tenantsErrors.hostTaken, tenantsErrors.statusRefused],
    handle: (deps, ctx, { params }) => verifyDomain(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '//api/v1/tenant/domains',
    operationId: 'listTenantDomains',
    summary: 'List the hosts that the tenant claims',
    access: permission('settings:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.domainPage },
    handle: (deps, ctx, { query }) => listDomains(deps, ctx, { tenantId: ctx.tenant.id, ...query }),
  }),
  route({
    method: 'post',
    path: '//api/v1/tenant/domains',
    operationId: 'addTenantDomain',
    summary: 'Claim a host',
    access: permission('settings:update'),
    body: schemas.addDomainBody,
    success: { status: 201, schema: schemas.domainSchema },
    errors: [tenantsErrors.hostExists, tenantsErrors.hostReserved, tenantsErrors.tooManyDomains],
    location: () => '/api/v1/tenant/domains',
    handle: (deps, ctx, { body }) => addDomain(deps, ctx, { tenantId: ctx.tenant.id, ...body }),
  }),
  route({
    method: 'delete',
    path: '//api/v1/tenant/domains/{host}',
    operationId: 'removeTenantDomain',
    summary: 'Give up a host',
    access: permission('settings:update'),
    params: schemas.domainParams,
    success: { status: 204 },
    errors: [conflict],
    handle: (deps, ctx, { params }) =>
      removeDomain(deps, ctx, { tenantId: ctx.tenant.id, ...params }),
  }),
  route({
    method: 'get',
    path: '//api/v1/tenant/origins',
    operationId: 'getTenantOrigins',
    summary: 'Read the browser origins that may call the API',
    access: permission('settings:read'),
    success: { status: 200, schema: schemas.originsSchema },
    handle: (deps, ctx) => getOrigins(deps, ctx, { tenantId: ctx.tenant.id }),
  }),
  route({
    method: 'put',
    path: '//api/v1/tenant/origins',
    operationId: 'setTenantOrigins',
    summary: 'Replace the browser origins that may call the API',
    access: permission('settings:update'),
    body: schemas.originsBody,
    success: { status: 200, schema: schemas.originsSchema },
    errors: [conflict],
    handle: (deps, ctx, { body }) => setOrigins(deps, ctx, { tenantId: ctx.tenant.id, ...body }),
  }),
]
