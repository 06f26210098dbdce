import { route } from '../../ports/module.ts'
import { domainRoutes } from './domains/routes.ts'
import { tenantsErrors } from './errors.ts'
import { localeRoutes } from './locales/routes.ts'
import { moduleRoutes } from './modules/routes.ts'
import * as schemas from './schemas.ts'
import { createTenant } from './service/create.ts'
import {
  activateTenant,
  getTenant,
  listTenants,
  requestTenantDeletion,
  restoreTenant,
  suspendTenant,
  updateTenant,
} from './service/tenants.ts'

const permission = (name: string) => ({ kind: 'permission', permission: name }) as const
const version = (tenant: schemas.TenantDto) => tenant.version
const ok = { status: 200, schema: schemas.tenantSchema } as const

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
    summary: 'Take a tenant out of service and erase it after the grace period',
    access: permission('tenants:delete'),
    controlOnly: true,
    params: schemas.tenantParams,
    ifMatch: 'required',
    success: { status: 202, schema: schemas.tenantSchema },
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    version,
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
    ifMatch: 'optional',
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
    ifMatch: 'optional',
    success: ok,
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    version,
    handle: (deps, ctx, { params, ifMatch }) => activateTenant(deps, ctx, { ...params, ifMatch }),
  }),
  route({
    method: 'post',
    path: '/{tenantId}/restore',
    operationId: 'restoreTenant',
    summary: 'Take the deletion of a tenant back; the tenant is suspended',
    access: permission('tenants:delete'),
    controlOnly: true,
    params: schemas.tenantParams,
    ifMatch: 'optional',
    success: ok,
    errors: [tenantsErrors.statusRefused, tenantsErrors.controlProtected],
    version,
    handle: (deps, ctx, { params, ifMatch }) => restoreTenant(deps, ctx, { ...params, ifMatch }),
  }),
]

/** For the administrators of the tenant that is called. */
const ownRoutes = [
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
]

export const routes = [
  ...operatorRoutes,
  ...ownRoutes,
  ...domainRoutes,
  ...localeRoutes,
  ...moduleRoutes,
]
