import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError, invalid } from '../../../../kernel/errors.ts'
import {
  MarkdownTooComplexError,
  excerptOf,
  renderMarkdown,
} from '../../../../kernel/markdown/render.ts'
import { slugify } from '../../../../kernel/slug.ts'
import { ownSlug, slugOf } from '../../taxonomy/index.ts'
import { postErrors } from '../errors.ts'
import type { TranslationInput } from '../schemas.ts'
import type { Translation } from '../types.ts'

/** Characters of an excerpt that is made from the body. */
const EXCERPT_LENGTH = 280

/**
 * A post's text from its input: slug, excerpt and HTML are made where they are not given.
 * Throws 422 for a locale that the tenant has not enabled and for Markdown that is nested too deeply.
 */
export function composeTranslation(
  ctx: RequestContext,
  locale: string,
  input: TranslationInput,
): Translation {
  if (!ctx.tenant.locales.some((rule) => rule.code === locale)) {
    throw new AppError(postErrors.localeDisabled, {
      errors: [{ pointer: '/locale', detail: `${locale} is not enabled`, code: 'locale_disabled' }],
    })
  }
  return {
    locale,
    slug: input.slug ?? slugOf(input.title),
    title: input.title,
    seo: input.seo ?? {},
    body: input.body,
    ...render(input.body, input.excerpt),
  }
}

/** A slug for a new text: of its title, else one that ends as the post’s id does. */
export function makeSlug(title: string, postId: string): string {
  return slugify(title) || ownSlug('post', postId)
}

/** Whether a text's excerpt is the one made from its body. */
export function hasMadeExcerpt({ body, excerpt }: Pick<Translation, 'body' | 'excerpt'>): boolean {
  return excerpt === excerptOf(body, EXCERPT_LENGTH)
}

function render(
  body: string,
  excerpt: string | null | undefined,
): Pick<Translation, 'excerpt' | 'html'> {
  try {
    return { excerpt: excerpt ?? excerptOf(body, EXCERPT_LENGTH), html: renderMarkdown(body) }
  } catch (error) {
    if (error instanceof MarkdownTooComplexError) throw invalid('/body', error.message)
    throw error
  }
}
