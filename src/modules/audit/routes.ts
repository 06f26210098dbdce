import { errors } from '../../kernel/errors.ts'
import { idParams, pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { entriesQuery, entryPage, entrySchema, exportInput } from './entries/schemas.ts'
import { exportEntries, ndjsonOf } from './entries/service/export-entries.ts'
import { getEntry, listEntries, listOwnEntries } from './entries/service/read-entries.ts'

const mayRead = { kind: 'permission', permission: 'audit:read' } as const

export const routes = [
  route({
    method: 'get',
    path: '/entries',
    operationId: 'listAuditEntries',
    summary: 'List the audit log by actor, action, target, request and time, newest first',
    access: mayRead,
    query: entriesQuery,
    success: { status: 200, schema: entryPage },
    handle: (deps, ctx, { query }) => listEntries(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/entries/{id}',
    operationId: 'getAuditEntry',
    summary: 'Get an entry of the audit log',
    access: mayRead,
    params: idParams,
    success: { status: 200, schema: entrySchema },
    errors: [errors.notFound],
    handle: (deps, ctx, { params }) => getEntry(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '/mine',
    operationId: 'listMyAuditEntries',
    summary: 'List what one has done and what was done to one’s account, newest first',
    access: { kind: 'authenticated' },
    query: pageQuery,
    success: { status: 200, schema: entryPage },
    handle: (deps, ctx, { query }) => listOwnEntries(deps, ctx, query),
  }),
  route({
    method: 'post',
    path: '/exports',
    operationId: 'exportAuditLog',
    summary: 'Export a page of the audit log as NDJSON, oldest first; an export is audited',
    access: { kind: 'permission', permission: 'audit:export' },
    body: exportInput,
    success: { status: 200, media: 'application/x-ndjson' },
    // Each export is audited anew.
    idempotency: 'none',
    handle: async (deps, ctx, { body }) => ndjsonOf(await exportEntries(deps, ctx, body)),
  }),
]
