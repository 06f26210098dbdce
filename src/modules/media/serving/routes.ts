import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { linkBody, linkSchema } from '../assets/index.ts'
import { signLink } from './service/sign-link.ts'

/** Ways to private files. */
export const servingRoutes = [
  route({
    method: 'post',
    path: '/assets/{id}/links',
    operationId: 'createMediaLink',
    summary: 'Sign a link that reads the current file until it expires',
    access: { kind: 'permission', permission: 'media:read' },
    idempotency: 'none',
    params: idParams,
    body: linkBody,
    success: { status: 200, schema: linkSchema },
    handle: (deps, ctx, { params, body }) => signLink(deps, ctx, { ...body, ...params }),
  }),
]
