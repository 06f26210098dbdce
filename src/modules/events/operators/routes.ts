import { errors } from '../../../kernel/errors.ts'
import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import * as schemas from './schemas.ts'
import { purgeDeadLetters, redriveDeadLetters } from './service/change-dead-letters.ts'
import { getDeadLetter, getOutbox, listDeadLetters } from './service/read-dead-letters.ts'

const mayRead = { kind: 'permission', permission: 'events:read' } as const
const mayManage = { kind: 'permission', permission: 'events:manage' } as const

export const routes = [
  route({
    method: 'get',
    path: '/outbox',
    operationId: 'getOutbox',
    summary: 'Read what the outbox owes',
    access: mayRead,
    success: { status: 200, schema: schemas.outboxSchema },
    handle: (deps, ctx) => getOutbox(deps, ctx),
  }),
  route({
    method: 'get',
    path: '/dead-letters',
    operationId: 'listDeadLetters',
    summary: 'List the dead letters, newest first',
    access: mayRead,
    query: schemas.deadLettersQuery,
    success: { status: 200, schema: schemas.deadLetterPage },
    handle: (deps, ctx, { query }) => listDeadLetters(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/dead-letters/{id}',
    operationId: 'getDeadLetter',
    summary: 'Read a dead letter',
    access: mayRead,
    params: idParams,
    success: { status: 200, schema: schemas.deadLetterDetailSchema },
    handle: (deps, ctx, { params }) => getDeadLetter(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/dead-letters/redrive',
    operationId: 'redriveDeadLetters',
    summary: 'Give the dead letters of a filter to their subscribers again',
    access: mayManage,
    body: schemas.redriveBody,
    success: { status: 200, schema: schemas.changedSchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { body }) => redriveDeadLetters(deps, ctx, body),
  }),
  route({
    method: 'post',
    path: '/dead-letters/purge',
    operationId: 'purgeDeadLetters',
    summary: 'Forget the dead letters of a filter for ever',
    access: mayManage,
    body: schemas.purgeBody,
    success: { status: 200, schema: schemas.changedSchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { body }) => purgeDeadLetters(deps, ctx, body),
  }),
]
