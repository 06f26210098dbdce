import { parseArguments } from '../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { type EntryDto, entriesQuery } from './entries/schemas.ts'
import { getEntry, listEntries, listOwnEntries } from './entries/service/read-entries.ts'

/** Adds the audit log to the schema. */
export function auditGraphql(builder: GraphqlBuilder): void {
  const entry = addEntry(builder)
  const page = builder.objectRef<Page<EntryDto>>('AuditEntryPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [entry] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    auditEntries: t.field({
      type: page,
      description: 'The audit log, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        since: t.arg.string(),
        until: t.arg.string(),
        actorId: t.arg.id(),
        targetType: t.arg.string(),
        targetId: t.arg.id(),
        requestId: t.arg.string(),
        action: t.arg.string({ description: 'An action, or the beginning of one.' }),
      },
      resolve: (_, args, { deps, ctx }) =>
        listEntries(deps, ctx, parseArguments(entriesQuery, args)),
    }),
    auditEntry: t.field({
      type: entry,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getEntry(deps, ctx, parseArguments(idParams, args)),
    }),
    myAuditEntries: t.field({
      type: page,
      description: 'What one has done and what was done to one’s account, newest first.',
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) =>
        listOwnEntries(deps, ctx, parseArguments(pageQuery, args)),
    }),
  }))
}

function addEntry(builder: GraphqlBuilder) {
  const actor = builder.objectRef<EntryDto['actor']>('AuditActor').implement({
    description: 'Who did it.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`user`, `system` or `anonymous`.' }),
      id: t.exposeID('id', { nullable: true }),
    }),
  })
  const target = builder.objectRef<EntryDto['target']>('AuditTarget').implement({
    description: 'What it was done to.',
    fields: (t) => ({ type: t.exposeString('type'), id: t.exposeID('id') }),
  })
  return builder.objectRef<EntryDto>('AuditEntry').implement({
    description: 'Who did what to which thing.',
    fields: (t) => ({
      id: t.exposeID('id'),
      seq: t.exposeInt('seq', {
        nullable: true,
        description: 'Its place in the tenant’s chain; null in the first minute.',
      }),
      occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
      actor: t.expose('actor', { type: actor }),
      credential: t.exposeString('credential', {
        nullable: true,
        description: 'By what the actor was known: `session:<id>` or `key:<id>`.',
      }),
      action: t.exposeString('action'),
      target: t.expose('target', { type: target }),
      requestId: t.exposeString('requestId'),
      clientAddress: t.exposeString('clientAddress', { nullable: true }),
      changesJson: t.string({
        description: 'Fields before and after; never a secret.',
        resolve: ({ changes }) => JSON.stringify(changes),
      }),
    }),
  })
}
