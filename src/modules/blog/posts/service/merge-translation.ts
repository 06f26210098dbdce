import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import { postErrors } from '../errors.ts'
import type { UpdatePostInput } from '../schemas.ts'
import type { Translation } from '../types.ts'
import { composeTranslation, hasMadeExcerpt, makeSlug } from './compose.ts'

/**
 * A post's text in a locale after a change; undefined when the change touches none of it. A made
 * excerpt follows a new body where the caller `setsExcerpt`. Throws `blog.new_translation` with what is
 * missing, and as `composeTranslation`.
 */
export function mergeTranslation(
  ctx: RequestContext,
  translations: readonly Translation[],
  locale: string,
  input: UpdatePostInput & { id: string },
  setsExcerpt: boolean,
): Translation | undefined {
  const { title, body, slug, seo } = input
  const parts = [title, body, slug, input.excerpt, seo]
  if (parts.every((part) => part === undefined)) return undefined
  const current = translations.find((text) => text.locale === locale)
  if (!current) requireWhole({ title, body })
  const excerpt = current ? keptExcerpt(current, input, setsExcerpt) : input.excerpt
  return composeTranslation(ctx, locale, {
    title: title ?? current?.title ?? '',
    body: body ?? current?.body ?? '',
    slug: slug ?? current?.slug ?? makeSlug(title ?? '', input.id),
    excerpt,
    seo: seo === undefined ? current?.seo : seo,
  })
}

/** The locale whose texts change when the input names none: the only one, else the tenant's default. */
export function defaultLocaleOf(ctx: RequestContext, translations: readonly Translation[]): string {
  const { defaultLocale } = ctx.tenant
  const [first, ...others] = translations
  return first && others.length === 0 ? first.locale : defaultLocale
}

/** Refuses to begin a text of which a part is missing. */
function requireWhole(text: Pick<UpdatePostInput, 'title' | 'body'>): void {
  const missing = (['title', 'body'] as const).filter((name) => text[name] === undefined)
  if (missing.length === 0) return
  throw new AppError(postErrors.newTranslation, {
    errors: missing.map((name) => ({ pointer: `/${name}`, detail: 'is missing' })),
  })
}

/** The excerpt after a change; null and undefined: to be made from the body. */
function keptExcerpt(
  current: Translation,
  { excerpt, body }: UpdatePostInput,
  setsExcerpt: boolean,
): string | null | undefined {
  if (excerpt !== undefined) return excerpt
  const follows =
    setsExcerpt && body !== undefined && body !== current.body && hasMadeExcerpt(current)
  return follows ? undefined : current.excerpt
}
