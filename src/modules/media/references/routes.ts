import { idParams, pageQuery } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { referencePage } from './schemas.ts'
import { listReferences } from './service/list-references.ts'

/** Where assets are used. */
export const referenceRoutes = [
  route({
    method: 'get',
    path: '/assets/{id}/references',
    operationId: 'listMediaReferences',
    summary: 'List the things that show an asset',
    access: { kind: 'permission', permission: 'media:read' },
    params: idParams,
    query: pageQuery,
    success: { status: 200, schema: referencePage },
    handle: (deps, ctx, { params, query }) => listReferences(deps, ctx, { ...query, ...params }),
  }),
]
