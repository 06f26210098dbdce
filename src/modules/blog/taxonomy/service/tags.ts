import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { taxonomyErrors } from '../errors.ts'
import { taxonomyEvents } from '../events.ts'
import {
  deleteTag as deleteWrite,
  findTag,
  listTags as listQuery,
  renameTag as renameWrite,
} from '../repo.ts'
import type { TagDto } from '../schemas.ts'
import { type WriteDeps, pageBySlug } from './shared.ts'

/** A page of tags by slug. */
export function listTags(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<TagDto>> {
  return pageBySlug(deps, ctx, 'tags', input, listQuery)
}

/** Gives a tag another name; its slug stays, so that links live. Throws 404. */
export async function renameTag(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string; name: string },
): Promise<TagDto> {
  const tag = await load(deps, ctx, input.id)
  const renamed = { ...tag, name: input.name }
  return commitTag(
    deps,
    ctx,
    renamed,
    taxonomyEvents.tagRenamed,
    renameWrite(ctx.tenant.id, tag.id, input.name),
  )
}

/** Deletes a tag that no post carries. Throws 404 and `blog.in_use`. */
export async function deleteTag(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string },
): Promise<void> {
  const tag = await load(deps, ctx, input.id)
  await commitTag(deps, ctx, tag, taxonomyEvents.tagDeleted, deleteWrite(ctx.tenant.id, tag.id))
}

async function load(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  id: string,
): Promise<TagDto & { version: number }> {
  requirePermission(ctx, 'tags:manage')
  const tag = await deps.db.first(findTag({ tenantId: ctx.tenant.id, id }))
  if (!tag) throw new AppError(errors.notFound)
  return tag
}

async function commitTag(
  deps: WriteDeps,
  ctx: RequestContext,
  tag: TagDto & { version: number },
  event: EventType<{ id: string; slug: string }>,
  write: Write,
): Promise<TagDto> {
  const { id, slug, name, version } = tag
  return commit(deps, ctx, {
    writes: [write],
    events: [eventOf(event, { type: 'blog.tag', id, version: version + 1 }, { id, slug })],
    audit: { action: event.type, targetType: 'blog.tag', targetId: id, changes: { name } },
    result: { id, slug, name },
    refusals: { '': taxonomyErrors.inUse },
  })
}
