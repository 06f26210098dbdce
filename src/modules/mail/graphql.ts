import { parseArguments } from '../../kernel/parse.ts'
import { type Page, idParams } from '../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../ports/graphql.ts'
import { getMessage, listMessages } from './messages/index.ts'
import * as schemas from './schemas.ts'
import { resendMessage } from './service/resend-message.ts'
import { suppressionGraphql } from './suppressions/graphql.ts'
import { FEEDBACK_KINDS, MESSAGE_STATES, type Message } from './types.ts'

/** Adds mails and the suppression list to the schema. */
export function mailGraphql(builder: GraphqlBuilder): void {
  const types = addMessage(builder)
  addMessageFields(builder, types)
  suppressionGraphql(builder)
}

function addMessage(builder: GraphqlBuilder) {
  const state = builder.enumType('MailState', { values: MESSAGE_STATES })
  const feedback = builder.enumType('MailFeedback', { values: FEEDBACK_KINDS })
  const message = builder.objectRef<Message>('MailMessage').implement({
    description: 'A mail to one recipient, without what it says.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      locale: t.exposeString('locale'),
      recipient: t.exposeString('recipient'),
      state: t.expose('state', { type: state }),
      attempts: t.exposeInt('attempts'),
      provider: t.exposeString('provider', { nullable: true }),
      error: t.exposeString('error', { nullable: true }),
      feedback: t.expose('feedback', { type: feedback, nullable: true }),
      feedbackReason: t.exposeString('feedbackReason', { nullable: true }),
      feedbackAt: t.expose('feedbackAt', { type: 'DateTime', nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true }),
    }),
  })
  return { message, state }
}

function addMessageFields(
  builder: GraphqlBuilder,
  { message, state }: ReturnType<typeof addMessage>,
): void {
  const page = builder.objectRef<Page<Message>>('MailMessagePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [message] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    mailMessages: t.field({
      type: page,
      description: 'The mails, newest first.',
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        state: t.arg({ type: state }),
        recipient: t.arg.string(),
      },
      resolve: (_, args, { deps, ctx }) =>
        listMessages(deps, ctx, parseArguments(schemas.messagesQuery, args)),
    }),
    mailMessage: t.field({
      type: message,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getMessage(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
  builder.mutationFields((t) => ({
    resendMailMessage: t.field({
      type: message,
      description: 'Sends a mail again that failed or whose outcome is not known.',
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => resendMessage(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}
