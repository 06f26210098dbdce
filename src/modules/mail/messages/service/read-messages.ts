import type { RequestContext } from '../../../../kernel/context.ts'
import { BEYOND_IDS } from '../../../../kernel/cursor.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { MessagesQuery } from '../../schemas.ts'
import type { Message } from '../../types.ts'
import { findMessage, findMessages, toMessage } from '../repo.ts'

/** The tenant's mails, newest first. */
export async function listMessages(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: MessagesQuery,
): Promise<Page<Message>> {
  requirePermission(ctx, 'mail:read')
  const { state, recipient, limit, cursor } = input
  const tenantId = ctx.tenant.id
  const scope = `${tenantId} mail.messages ${state ?? ''} ${recipient ?? ''}`
  const [before = BEYOND_IDS] = cursor === undefined ? [] : await deps.cursors.decode(scope, cursor)
  const rows = await deps.db.read(
    findMessages(
      { state: state !== undefined, recipient: recipient !== undefined },
      {
        tenantId,
        before,
        limit: limit + 1,
        ...(state !== undefined && { state }),
        ...(recipient !== undefined && { recipient }),
      },
    ),
  )
  const items = rows.slice(0, limit).map(toMessage)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last ? await deps.cursors.encode(scope, [last.id]) : null }
}

/** One mail. Throws `not_found`. */
export async function getMessage(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  { id }: { readonly id: string },
): Promise<Message> {
  requirePermission(ctx, 'mail:read')
  const row = await deps.db.first(findMessage({ tenantId: ctx.tenant.id, id }))
  if (!row) throw new AppError(errors.notFound)
  const { sequence: _, ...message } = row
  return toMessage(message)
}
