import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { may, requirePermission } from '../../../../kernel/permissions.ts'
import type { Page, PageQuery } from '../../../../kernel/schemas.ts'
import { requireVersion } from '../../../../kernel/version.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import {
  type Expected,
  type WriteDeps,
  pageBySlug,
  slugOf,
  taxonomyErrors,
  writeBySlug,
} from '../../taxonomy/index.ts'
import { authorEvents } from '../events.ts'
import {
  deleteAuthor as deleteWrite,
  findAuthor,
  findAuthorIds,
  insertAuthor,
  listAuthors as listQuery,
  updateAuthor as updateWrite,
} from '../repo.ts'
import type { AuthorDto, CreateAuthorInput, UpdateAuthorInput } from '../schemas.ts'
import type { Author } from '../types.ts'

const manage = 'authors:manage'

/** A page of authors by slug, as `getAuthor` shows them. */
export async function listAuthors(
  deps: Pick<Deps, 'db' | 'cursors'>,
  ctx: RequestContext,
  input: PageQuery,
): Promise<Page<AuthorDto>> {
  const page = await pageBySlug(deps, ctx, 'authors', input, listQuery)
  return { ...page, items: page.items.map((author) => presentAuthor(ctx, author)) }
}

/** One author; the account is null for callers who do not manage authors. Throws 404. */
export async function getAuthor(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { id: string },
): Promise<AuthorDto> {
  return presentAuthor(ctx, await findKnown(deps, ctx, input.id))
}

function presentAuthor(ctx: RequestContext, author: Author): AuthorDto {
  return may(ctx, manage, null) ? author : { ...author, userId: null }
}

async function findKnown(deps: Pick<Deps, 'db'>, ctx: RequestContext, id: string): Promise<Author> {
  const author = await deps.db.first(findAuthor({ tenantId: ctx.tenant.id, id }))
  if (!author) throw new AppError(errors.notFound)
  return author
}

/** Adds an author. Throws `blog.name_taken` for a slug that was given, and 422 for a user that does not exist. */
export function createAuthor(
  deps: WriteDeps,
  ctx: RequestContext,
  input: CreateAuthorInput,
): Promise<AuthorDto> {
  requirePermission(ctx, manage)
  const { name, website = null, userId = null } = input
  const { id: tenantId } = ctx.tenant
  const id = deps.ids.next()
  const write = (slug: string) => {
    const author: Author = { id, slug, name, website, userId, version: 1 }
    const insert = insertAuthor(tenantId, author, ctx.now)
    return commitAuthor(deps, ctx, author, authorEvents.authorCreated, insert)
  }
  if (input.slug !== undefined) return write(input.slug)
  const findTaken = (slugs: string) => deps.db.read(findAuthorIds({ tenantId, slugs }))
  const refusal = taxonomyErrors.nameTaken
  return writeBySlug({ slug: slugOf(name), id, refusal, findTaken }, write)
}

/** Changes an author; what is absent stays. Throws 404, 412 and as `createAuthor`. */
export async function updateAuthor(
  deps: WriteDeps,
  ctx: RequestContext,
  input: UpdateAuthorInput & { id: string } & Expected,
): Promise<AuthorDto> {
  const current = await load(deps, ctx, input)
  const author: Author = {
    ...current,
    name: input.name ?? current.name,
    slug: input.slug ?? current.slug,
    website: input.website === undefined ? current.website : input.website,
    userId: input.userId === undefined ? current.userId : input.userId,
    version: current.version + 1,
  }
  const write = updateWrite(ctx.tenant.id, author, current.version, ctx.now)
  return commitAuthor(deps, ctx, author, authorEvents.authorUpdated, write)
}

/** Deletes an author whom no post names. Throws 404, 412 and `blog.in_use`. */
export async function deleteAuthor(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string } & Expected,
): Promise<void> {
  const author = await load(deps, ctx, input)
  const next = { ...author, version: author.version + 1 }
  const write = deleteWrite(ctx.tenant.id, author.id, author.version)
  await commitAuthor(deps, ctx, next, authorEvents.authorDeleted, write, taxonomyErrors.inUse)
}

async function load(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { id: string } & Expected,
): Promise<Author> {
  requirePermission(ctx, manage)
  const author = await findKnown(deps, ctx, input.id)
  requireVersion(author.version, input.ifMatch)
  return author
}

function commitAuthor(
  deps: WriteDeps,
  ctx: RequestContext,
  author: Author,
  event: EventType<{ id: string; slug: string }>,
  write: Write,
  brokenReference = errors.invalidInput,
): Promise<AuthorDto> {
  return commit(deps, ctx, {
    writes: [write],
    events: [
      eventOf(
        event,
        { type: 'blog.author', id: author.id, version: author.version },
        { id: author.id, slug: author.slug },
      ),
    ],
    audit: {
      action: event.type,
      targetType: 'blog.author',
      targetId: author.id,
      changes: { name: author.name },
    },
    result: author,
    refusals: {
      'blog_authors.tenant_id, blog_authors.slug': taxonomyErrors.nameTaken,
      '': brokenReference,
    },
  })
}
