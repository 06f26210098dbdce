import transform from '@sindresorhus/slugify'
import { limits } from './limits.ts'

/** Lower-case letters and digits with single hyphens between them. */
export const SLUG_PATTERN = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** True for a slug of at most `limits.text.slug` characters. */
export function isSlug(text: string): boolean {
  return text.length <= limits.text.slug && SLUG_PATTERN.test(text)
}

/** A slug for a text; empty for a script that has no Latin form. */
export function slugify(text: string): string {
  return transform(text).slice(0, limits.text.slug).replace(/-+$/, '')
}
