import * as z from 'zod'
import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { slugOf } from '../../taxonomy/index.ts'
import { type ImportItem, type ImportResult, importItemSchema } from '../schemas.ts'
import type { Translation } from '../types.ts'
import { composeTranslation } from './compose.ts'

/** A post of an import that can be read. */
export interface Arriving {
  readonly item: ImportItem
  readonly translation: Translation
  /** Epoch milliseconds of its date. */
  readonly instant: number | null
  readonly author: (Named & { readonly website?: string | undefined }) | undefined
  readonly category: Named | undefined
}

/** What is known by its name. */
export interface Named {
  readonly name: string
  readonly slug: string
}

/** Reads the item at an index of a page; what cannot be read is added to `failed`. */
export function readItem(
  ctx: RequestContext,
  raw: unknown,
  index: number,
  failed: ImportResult['failed'],
): Arriving[] {
  const { data: item, error } = importItemSchema.safeParse(raw)
  const source = item?.source ?? sourceOf(raw) ?? `item ${index}`
  if (error) {
    const [issue] = error.issues
    const parts = [issue?.path.join('.'), issue?.message ?? 'cannot be read']
    failed.push({ source, reason: parts.filter(Boolean).join(': ') })
    return []
  }
  const { author, category, publishedAt } = item
  try {
    return [
      {
        item,
        translation: composeTranslation(ctx, item.locale ?? ctx.tenant.defaultLocale, item),
        instant: publishedAt === undefined ? null : Date.parse(publishedAt),
        author: author && { ...author, slug: slugOf(author.name) },
        category: category === undefined ? undefined : { name: category, slug: slugOf(category) },
      },
    ]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    failed.push({ source, reason: error.errors?.[0]?.detail ?? error.message })
    return []
  }
}

function sourceOf(raw: unknown): string | undefined {
  return z.object({ source: importItemSchema.shape.source }).safeParse(raw).data?.source
}
