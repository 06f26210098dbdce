import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, errors } from '../../../../kernel/errors.ts'
import { type EventType, eventOf } from '../../../../kernel/events.ts'
import { limits } from '../../../../kernel/limits.ts'
import { requirePermission } from '../../../../kernel/permissions.ts'
import { requireVersion } from '../../../../kernel/version.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Write, commit } from '../../../commit/index.ts'
import { freeSlug, nameIn, pathOf, slugOf } from '../domain.ts'
import { taxonomyErrors } from '../errors.ts'
import { taxonomyEvents } from '../events.ts'
import {
  deleteCategory as deleteWrite,
  findCategory,
  insertCategory,
  listCategories as listQuery,
  toCategory,
  updateCategory as updateWrite,
} from '../repo.ts'
import type { CategoryDto, CreateCategoryInput, UpdateCategoryInput } from '../schemas.ts'
import type { Category } from '../types.ts'
import type { Expected, WriteDeps } from './shared.ts'

/** The whole tree, parents' children in their order. Bounded by `limits.blog.categories`. */
export async function listCategories(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
): Promise<{ items: CategoryDto[]; nextCursor: null }> {
  const rows = await deps.db.read(
    listQuery({ tenantId: ctx.tenant.id, limit: limits.blog.categories }),
  )
  return { items: rows.map((row) => present(toCategory(row))), nextCursor: null }
}

/** One category. Throws 404. */
export async function getCategory(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
  input: { id: string },
): Promise<CategoryDto> {
  const row = await deps.db.first(findCategory({ tenantId: ctx.tenant.id, id: input.id }))
  if (!row) throw new AppError(errors.notFound)
  return present(toCategory(row))
}

/** Adds a category. Throws `blog.name_taken`, `blog.parent_unknown`, `blog.parent_cycle`, `blog.too_many`. */
export async function createCategory(
  deps: WriteDeps,
  ctx: RequestContext,
  input: CreateCategoryInput,
): Promise<CategoryDto> {
  requirePermission(ctx, 'categories:manage')
  const all = await loadAll(deps, ctx)
  if (all.size >= limits.blog.categories) throw new AppError(taxonomyErrors.tooMany)
  const id = deps.ids.next()
  const made = slugOf(nameIn(input.names, ctx.locales))
  const category: Category = {
    id,
    parentId: input.parentId ?? null,
    slug: input.slug ?? freeSlug(made, id, new Set([...all.values()].map(({ slug }) => slug))),
    names: input.names,
    position: input.position ?? 0,
    version: 1,
  }
  requirePlace(all, category)
  return commitCategory(
    deps,
    ctx,
    category,
    taxonomyEvents.categoryCreated,
    insertCategory(ctx.tenant.id, category, ctx.now),
  )
}

/** Changes a category; what is absent stays. Throws 404, 412 and as `createCategory`. */
export async function updateCategory(
  deps: WriteDeps,
  ctx: RequestContext,
  input: UpdateCategoryInput & { id: string } & Expected,
): Promise<CategoryDto> {
  const all = await loadAll(deps, ctx)
  const current = requireCategory(ctx, all, input)
  const category: Category = {
    ...current,
    parentId: input.parentId === undefined ? current.parentId : input.parentId,
    slug: input.slug ?? current.slug,
    names: input.names ?? current.names,
    position: input.position ?? current.position,
    version: current.version + 1,
  }
  requirePlace(all, category)
  const write = updateWrite(ctx.tenant.id, category, current.version, ctx.now)
  return commitCategory(deps, ctx, category, taxonomyEvents.categoryUpdated, write)
}

/** Deletes a category that has neither posts nor children. Throws 404, 412 and `blog.in_use`. */
export async function deleteCategory(
  deps: WriteDeps,
  ctx: RequestContext,
  input: { id: string } & Expected,
): Promise<void> {
  const category = requireCategory(ctx, await loadAll(deps, ctx), input)
  const next = { ...category, version: category.version + 1 }
  const write = deleteWrite(ctx.tenant.id, category.id, category.version)
  await commitCategory(deps, ctx, next, taxonomyEvents.categoryDeleted, write, taxonomyErrors.inUse)
}

async function loadAll(
  deps: Pick<Deps, 'db'>,
  ctx: RequestContext,
): Promise<Map<string, Category>> {
  const rows = await deps.db.read(
    listQuery({ tenantId: ctx.tenant.id, limit: limits.blog.categories }),
  )
  return new Map(rows.map((row) => [row.id, toCategory(row)]))
}

function requireCategory(
  ctx: RequestContext,
  all: ReadonlyMap<string, Category>,
  input: { id: string } & Expected,
): Category {
  requirePermission(ctx, 'categories:manage')
  const category = all.get(input.id)
  if (!category) throw new AppError(errors.notFound)
  requireVersion(category.version, input.ifMatch)
  return category
}

/** The tree is decided on as it was read; two moves at once may still make a cycle, which readers end. */
function requirePlace(all: ReadonlyMap<string, Category>, category: Category): void {
  if (category.parentId === null) return
  if (!all.has(category.parentId)) throw new AppError(taxonomyErrors.parentUnknown)
  const moved = new Map(all).set(category.id, category)
  if (pathOf(moved, category.id).length === 0) throw new AppError(taxonomyErrors.parentCycle)
}

function commitCategory(
  deps: WriteDeps,
  ctx: RequestContext,
  category: Category,
  event: EventType<{ id: string; slug: string }>,
  write: Write,
  brokenReference = taxonomyErrors.parentUnknown,
): Promise<CategoryDto> {
  const { id, slug, version } = category
  return commit(deps, ctx, {
    writes: [write],
    events: [eventOf(event, { type: 'blog.category', id, version }, { id, slug })],
    audit: { action: event.type, targetType: 'blog.category', targetId: id, changes: { slug } },
    result: present(category),
    refusals: {
      'blog_categories.tenant_id, blog_categories.slug': taxonomyErrors.nameTaken,
      '': brokenReference,
    },
  })
}

function present(category: Category): CategoryDto {
  return { ...category, names: { ...category.names } }
}
