import { pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { tenantsErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { configureModule, disableModule, enableModule, listModules } from './service.ts'

const permission = (name: string) => ({ kind: 'permission', permission: name }) as const

export const moduleRoutes = [
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
