import { errors } from '../../kernel/errors.ts'
import { pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { tenantsErrors } from './errors.ts'
import * as schemas from './schemas.ts'
import { createTenant } from './service/create.ts'
import { addDomain, listDomains, removeDomain, verifyDomain } from './service/domains.ts'
import { listLocales, putLocale, removeLocale } from './service/locales.ts'
import { configureModule, disableModule, enableModule, listModules } from './service/modules.ts'
import { getOrigins, setOrigins } from './service/origins.ts'
import {
  activateTenant,
  getTenant,
  listTenants,
  requestTenantDeletion,
  suspendTenant,
  updateTenant,
} from './service/tenants.ts'

const permission = (name: string) => ({ kind: 'permission', permission: name }) as const
const version = (tenant: schemas.TenantDto) => tenant.version
const ok = { status: 200, schema: schemas.tenantSchema } as const
const { conflict } = errors

/** For the operators of the deployment, who are users of the control tenant. */
const operatorRoutes = [
  route({
    method: 'get',
    path: '',
    operationId: 'listTenants',
    summary: 'List all tenants, newest first',
    access: permission('tenants:read'),
    controlOnly: true,
    query: schemas.listTenantsQuery,
    success: { status: 200, schema: schemas.tenantPage },
    handle: (deps, ctx, { query }) => listTenants(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '',
    operationId: 'createTenant',
    summary: 'Create a tenant with its default locale, modules and seeded roles',
    access: permission('tenants:create'),
    controlOnly: true,
    body: schemas.createTenantBody,
    success: { status: 201, schema: schemas.tenantSchema },
    errors: [
      tenantsErrors.slugTaken,
      tenantsErrors.slugReserved,
      tenantsErrors.moduleDependencyMissing,
    ],
    version,
    location: (tenant) => `/api/v1/tenants/${tenant.id}`,
    handle: (deps, ctx, { body }) => createTenant(deps, ctx, body),
  }),
  route({
    method: 'get',
    path: '/{tenantId}',
    operationId: 'getTenantById',
    summary: 'Read any tenant',
    access: permission('tenants:read'),
    controlOnly: true,
    params: schemas.tenantParams,
    success: ok,
    version,
    handle: (deps, ctx, { params }) => getTenant(deps, ctx, params),
  }),
  route({
    method: 'patch',
    path: '/{tenantId}',
    operationId: 'updateTenantById',
    summary: 'Change name, default locale and settings of any tenant',
    access: permission('tenants:update'),
    controlOnly: true,
    params: schemas.tenantParams,
    body: schemas.updateTenantBody,
    ifMatch: 'required',
    success: ok,
    errors: [tenantsErrors.localeUnknown, tenantsErrors.statusRefused],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateTenant(deps, ctx, { ...params, ...body, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/{tenantId}',
    operationId: 'requestTenantDeletion',
    summary: 'Take a tenant out of service for good and mark its data for deletion',
    access: permission('tenants:delete'),
    controlOnly: true,
    params: schemas.tenantParams,
    success: { status: 202, schema: schemas.tenantSchema },
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    handle: (deps, ctx, { params, ifMatch }) =>
      requestTenantDeletion(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/{tenantId}/suspend',
    operationId: 'suspendTenant',
    summary: 'Stop serving a tenant',
    access: permission('tenants:update'),
    controlOnly: true,
    params: schemas.tenantParams,
    success: ok,
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    version,
    handle: (deps, ctx, { params, ifMatch }) => suspendTenant(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/{tenantId}/activate',
    operationId: 'activateTenant',
    summary: 'Serve a suspended tenant again',
    access: permission('tenants:update'),
    controlOnly: true,
    params: schemas.tenantParams,
    success: ok,
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    version,
    handle: (deps, ctx, { params, ifMatch }) => activateTenant(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'get',
    path: '/{tenantId}/domains',
    operationId: 'listTenantDomainsById',
    summary: 'List the hosts that any tenant claims, with their verification tokens',
    access: permission('tenants:read'),
    controlOnly: true,
    params: schemas.tenantParams,
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
]

/** For the administrators of the tenant that is called. */
const settingsRoutes = [
  route({
    method: 'get',
    path: '//api/v1/tenant',
    operationId: 'getTenant',
    summary: 'Read the tenant',
    access: permission('settings:read'),
    success: ok,
    version,
    handle: (deps, ctx) => getTenant(deps, ctx, { tenantId: ctx.tenant.id }),
  }),
  route({
    method: 'patch',
    path: '//api/v1/tenant',
    operationId: 'updateTenant',
    summary: 'Change name, default locale and settings',
    access: permission('settings:update'),
    body: schemas.updateTenantBody,
    ifMatch: 'required',
    success: ok,
    errors: [tenantsErrors.localeUnknown],
    version,
    handle: (deps, ctx, { body, ifMatch }) =>
      updateTenant(deps, ctx, { tenantId: ctx.tenant.id, ...body, ifMatch }),
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
  route({
    method: 'get',
    path: '//api/v1/tenant/locales',
    operationId: 'listTenantLocales',
    summary: 'List the locales by code',
    access: permission('settings:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.localePage },
    handle: (deps, ctx, { query }) => listLocales(deps, ctx, { tenantId: ctx.tenant.id, ...query }),
  }),
  route({
    method: 'put',
    path: '//api/v1/tenant/locales/{locale}',
    operationId: 'putTenantLocale',
    summary: 'Add a locale or change its fallback',
    access: permission('settings:update'),
    params: schemas.localeParams,
    body: schemas.putLocaleBody,
    success: { status: 200, schema: schemas.tenantLocaleSchema },
    errors: [
      tenantsErrors.localeUnknown,
      tenantsErrors.fallbackCycle,
      tenantsErrors.fallbackTooDeep,
      tenantsErrors.tooManyLocales,
    ],
    handle: (deps, ctx, { params, body }) =>
      putLocale(deps, ctx, { tenantId: ctx.tenant.id, ...params, ...body }),
  }),
  route({
    method: 'delete',
    path: '//api/v1/tenant/locales/{locale}',
    operationId: 'removeTenantLocale',
    summary: 'Remove a locale',
    access: permission('settings:update'),
    params: schemas.localeParams,
    success: { status: 204 },
    errors: [tenantsErrors.localeInUse],
    handle: (deps, ctx, { params }) =>
      removeLocale(deps, ctx, { tenantId: ctx.tenant.id, ...params }),
  }),
]

const moduleRoutes = [
  route({
    method: 'get',
    path: '//api/v1/tenant/modules',
    operationId: 'listTenantModules',
    summary: 'List every module with its settings and their JSON Schema',
    access: permission('modules:read'),
    query: pageQuery,
    success: { status: 200, schema: schemas.modulePage },
    handle: (deps, ctx, { query }) => listModules(deps, ctx, { tenantId: ctx.tenant.id, ...query }),
  }),
  route({
    method: 'post',
    path: '//api/v1/tenant/modules/{module}/enable',
    operationId: 'enableTenantModule',
    summary: 'Switch a module on',
    access: permission('modules:update'),
    params: schemas.moduleParams,
    success: { status: 200, schema: schemas.moduleSchema },
    errors: [tenantsErrors.moduleUnknown, tenantsErrors.moduleDependencyMissing],
    handle: (deps, ctx, { params }) =>
      enableModule(deps, ctx, { tenantId: ctx.tenant.id, ...params }),
  }),
  route({
    method: 'post',
    path: '//api/v1/tenant/modules/{module}/disable',
    operationId: 'disableTenantModule',
    summary: 'Switch a module off; its data stays',
    access: permission('modules:update'),
    params: schemas.moduleParams,
    success: { status: 200, schema: schemas.moduleSchema },
    errors: [tenantsErrors.moduleUnknown, tenantsErrors.moduleCore, tenantsErrors.moduleRequiredBy],
    handle: (deps, ctx, { params }) =>
      disableModule(deps, ctx, { tenantId: ctx.tenant.id, ...params }),
  }),
  route({
    method: 'patch',
    path: '//api/v1/tenant/modules/{module}',
    operationId: 'configureTenantModule',
    summary: 'Change settings of a module',
    access: permission('modules:update'),
    params: schemas.moduleParams,
    body: schemas.configureModuleBody,
    success: { status: 200, schema: schemas.moduleSchema },
    errors: [tenantsErrors.moduleUnknown],
    handle: (deps, ctx, { params, body }) =>
      configureModule(deps, ctx, { tenantId: ctx.tenant.id, ...params, ...body }),
  }),
]

export const routes = [...operatorRoutes, ...settingsRoutes, ...moduleRoutes]
