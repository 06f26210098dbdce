import transform from '@sindresorhus/slugify'
import { limits } from './limits.ts'

/** Lower-case letters and digits with single hyphens between them. */
export const SLUG_PATTERN = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** What is left out of a longer text could not reach the slug: no character yields less than none. */
const MAX_SOURCE = 4 * limits.text.slug

/** True for a slug of at most `limits.text.slug` characters. */
export function isSlug(text: string): boolean {
  return text.length <= limits.text.slug && SLUG_PATTERN.test(text)
}

/**
 * A slug of at most `limits.text.slug` characters for a text, cut between words where it can be.
 * Latin, Greek, Cyrillic, Arabic and a dozen other scripts are transliterated; the slug is empty
 * for a text that has no such letter or digit, as one in Chinese, Japanese or Korean.
 */
export function slugify(text: string): string {
  const slug = transform(text.slice(0, MAX_SOURCE).normalize('NFKC'), { decamelize: false })
  if (slug.length <= limits.text.slug) return slug
  const head = slug.slice(0, limits.text.slug + 1)
  return head.slice(0, head.lastIndexOf('-')).slice(0, limits.text.slug) || head.slice(0, -1)
}
