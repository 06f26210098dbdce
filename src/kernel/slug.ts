import transform from '@sindresorhus/slugify'
import { limits } from './limits.ts'

/** Lower-case letters and digits with single hyphens between them. */
export const SLUG_PATTERN = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Characters of a text that are looked at, so that a long one costs no more than a title. */
const MAX_SOURCE = 1_000

/** True for a slug of at most `limits.text.slug` characters. */
export function isSlug(text: string): boolean {
  return text.length <= limits.text.slug && SLUG_PATTERN.test(text)
}

/**
 * A slug of at most `limits.text.slug` characters for the start of a text, cut between words where
 * it has some. Latin, Greek, Cyrillic, Arabic and a dozen other scripts are transliterated; the
 * slug is empty for a text without such a letter or digit, as one in Chinese, Japanese or Korean.
 * The signs of C++ and C# are spelled out after a letter or digit, so that names differ as these do.
 */
export function slugify(text: string): string {
  const source = text.slice(0, MAX_SOURCE).normalize('NFKC')
  const slug = spellSigns(transform(source, { decamelize: false, preserveCharacters: ['+', '#'] }))
  if (slug.length <= limits.text.slug) return slug
  const wordEnd = slug.lastIndexOf('-', limits.text.slug)
  return slug.slice(0, wordEnd === -1 ? limits.text.slug : wordEnd)
}

function spellSigns(text: string): string {
  return text
    .replace(
      /([a-z\d])([+#]+)/g,
      (_, before: string, signs: string) =>
        `${before}${signs.replaceAll('+', '-plus').replaceAll('#', '-sharp')}-`,
    )
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '')
}
