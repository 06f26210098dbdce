import { idParams } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { mailErrors } from './errors.ts'
import { getMessage, listMessages } from './messages/index.ts'
import * as schemas from './schemas.ts'
import { resendMessage } from './service/resend-message.ts'
import { suppressionRoutes } from './suppressions/routes.ts'

const reads = { kind: 'permission', permission: 'mail:read' } as const

export const routes = [
  route({
    method: 'get',
    path: '/messages',
    operationId: 'listMailMessages',
    summary: 'List mails, newest first',
    access: reads,
    query: schemas.messagesQuery,
    success: { status: 200, schema: schemas.messagePage },
    handle: (deps, ctx, { query }) => listMessages(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/messages/{id}',
    operationId: 'getMailMessage',
    summary: 'Read what became of a mail',
    access: reads,
    params: idParams,
    success: { status: 200, schema: schemas.messageSchema },
    handle: (deps, ctx, { params }) => getMessage(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/messages/{id}/resend',
    operationId: 'resendMailMessage',
    summary: 'Send a mail again that failed or whose outcome is not known',
    access: { kind: 'permission', permission: 'mail:manage' },
    params: idParams,
    success: { status: 202, schema: schemas.messageSchema },
    errors: [mailErrors.notResendable],
    handle: (deps, ctx, { params }) => resendMessage(deps, ctx, params),
  }),
  ...suppressionRoutes,
]
