import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { stepUpRefusals } from '../../auth/index.ts'
import { rbacErrors } from '../../rbac/index.ts'
import { transferErrors } from '../errors.ts'
import { downloadRoutes } from '../files/index.ts'
import { personExportSchema, startedPersonSchema } from './schemas.ts'
import { findForOthers, findOwn, getOwnExport, getUserExport } from './service/read-export.ts'
import { exportOwnData, exportUser } from './service/start.ts'

const starting = [stepUpRefusals.stepped_up, transferErrors.underWay, errors.tooManyRequests]

const others = {
  access: { kind: 'permission', permission: 'users:export' },
  params: idParams,
  errors: [rbacErrors.grantTooWide],
} as const

const ofUsers = [
  route({
    ...others,
    method: 'post',
    path: '//api/v1/auth/users/{id}/export',
    operationId: 'exportUser',
    summary: 'Export all that the tenant holds on a user',
    success: { status: 202, schema: startedPersonSchema },
    errors: [...others.errors, ...starting],
    handle: (deps, ctx, { params }) => exportUser(deps, ctx, params),
  }),
  route({
    ...others,
    method: 'get',
    path: '//api/v1/auth/users/{id}/export',
    operationId: 'getUserExport',
    summary: 'Get the newest export of a user',
    success: { status: 200, schema: personExportSchema },
    handle: (deps, ctx, { params }) => getUserExport(deps, ctx, params),
  }),
  ...downloadRoutes({
    path: '//api/v1/auth/users/{id}/export',
    file: 'file',
    operation: 'getUserExport',
    whose: 'the newest export of a user',
    shared: others,
    find: findForOthers,
  }),
]

const own = { access: { kind: 'authenticated' } } as const

const ofOneself = [
  route({
    ...own,
    method: 'post',
    path: '//api/v1/auth/me/export',
    operationId: 'exportOwnData',
    summary: 'Export all that the tenant holds on the caller',
    success: { status: 202, schema: startedPersonSchema },
    errors: starting,
    handle: (deps, ctx) => exportOwnData(deps, ctx),
  }),
  route({
    ...own,
    method: 'get',
    path: '//api/v1/auth/me/export',
    operationId: 'getOwnExport',
    summary: 'Get the newest export of the caller',
    success: { status: 200, schema: personExportSchema },
    errors: [errors.notFound],
    handle: (deps, ctx) => getOwnExport(deps, ctx),
  }),
  ...downloadRoutes({
    path: '//api/v1/auth/me/export',
    file: 'file',
    operation: 'getOwnExport',
    whose: 'the newest export of the caller',
    shared: own,
    find: findOwn,
  }),
]

export const personRoutes = [...ofUsers, ...ofOneself]
