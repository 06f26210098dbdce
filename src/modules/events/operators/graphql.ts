import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import * as schemas from './schemas.ts'
import { purgeDeadLetters, redriveDeadLetters } from './service/change-dead-letters.ts'
import { getDeadLetter, getOutbox, listDeadLetters } from './service/read-dead-letters.ts'
import type { ChangedDeadLetters, DeadLetter, DeadLetterDetail, OutboxState } from './types.ts'

/** Adds the outbox and its dead letters to the schema. */
export function eventsGraphql(builder: GraphqlBuilder): void {
  const types = addDeadLetter(builder)
  addQueries(builder, types)
  addMutations(builder)
}

function addDeadLetter(builder: GraphqlBuilder) {
  const aggregate = builder.objectRef<DeadLetter['aggregate']>('EventAggregate').implement({
    description: 'What an event is about.',
    fields: (t) => ({
      type: t.exposeString('type'),
      id: t.exposeID('id'),
      version: t.exposeInt('version'),
    }),
  })
  const shared = builder.interfaceRef<DeadLetter>('GivenUpEvent').implement({
    description: 'An event that was given up.',
    fields: (t) => ({
      id: t.exposeID('id'),
      type: t.exposeString('type'),
      version: t.exposeInt('version'),
      aggregate: t.expose('aggregate', { type: aggregate }),
      attempts: t.exposeInt('attempts'),
      lastError: t.exposeString('lastError', { nullable: true }),
      waiting: t.exposeStringList('waiting', {
        nullable: true,
        description: 'The subscribers that a redrive gives it to; null means all.',
      }),
      traceId: t.exposeString('traceId'),
      occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
      deadAt: t.expose('deadAt', { type: 'DateTime' }),
    }),
  })
  const letter = builder.objectRef<DeadLetter>('DeadLetter').implement({ interfaces: [shared] })
  const detail = builder.objectRef<DeadLetterDetail>('DeadLetterDetail').implement({
    description: 'A dead letter with what it says.',
    interfaces: [shared],
    fields: (t) => ({
      payloadJson: t.string({
        nullable: true,
        description: 'Null for callers without `events:manage`.',
        resolve: ({ payload }) => (payload === null ? null : JSON.stringify(payload)),
      }),
    }),
  })
  return { letter, detail }
}

function addQueries(
  builder: GraphqlBuilder,
  { letter, detail }: ReturnType<typeof addDeadLetter>,
): void {
  const outbox = builder.objectRef<OutboxState>('Outbox').implement({
    description: 'What the outbox owes the tenant’s subscribers.',
    fields: (t) => ({
      owed: t.exposeInt('owed'),
      oldestAgeSeconds: t.exposeInt('oldestAgeSeconds', { nullable: true }),
      retried: t.exposeInt('retried'),
      dead: t.exposeInt('dead'),
    }),
  })
  const page = builder.objectRef<Page<DeadLetter>>('DeadLetterPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [letter] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    outbox: t.field({
      type: outbox,
      description: 'What the outbox owes.',
      resolve: (_, _args, { deps, ctx }) => getOutbox(deps, ctx),
    }),
    deadLetters: t.field({
      type: page,
      description: 'The dead letters, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        id: t.arg.id(),
        type: t.arg.string(),
        since: t.arg.string(),
        until: t.arg.string(),
        subscriber: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        listDeadLetters(deps, ctx, parseArguments(schemas.deadLettersQuery, args)),
    }),
    deadLetter: t.field({
      type: detail,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getDeadLetter(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder): void {
  const changed = builder.objectRef<ChangedDeadLetters>('ChangedDeadLetters').implement({
    description: 'How many dead letters were changed.',
    fields: (t) => ({
      count: t.exposeInt('count'),
      hasMore: t.exposeBoolean('hasMore', {
        description: 'Whether the limit of one call has left some.',
      }),
    }),
  })
  builder.mutationFields((t) => {
    const args = {
      id: t.arg.id(),
      type: t.arg.string(),
      since: t.arg.string(),
      until: t.arg.string(),
      subscriber: t.arg.string(),
    }
    return {
      redriveDeadLetters: t.field({
        type: changed,
        description: 'Gives the dead letters of a filter to their subscribers again.',
        args,
        resolve: (_, input, { deps, ctx }) =>
          redriveDeadLetters(deps, ctx, parseArguments(schemas.redriveBody, input)),
      }),
      purgeDeadLetters: t.field({
        type: changed,
        description: 'Forgets the dead letters of a filter for ever.',
        args,
        resolve: (_, input, { deps, ctx }) =>
          purgeDeadLetters(deps, ctx, parseArguments(schemas.purgeBody, input)),
      }),
    }
  })
}
