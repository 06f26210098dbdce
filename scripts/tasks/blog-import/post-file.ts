import { parse } from 'yaml'
import * as z from 'zod'
import { limits } from '../../../src/kernel/limits.ts'
import { slugify } from '../../../src/kernel/slug.ts'
import { type Authors, bylineOf } from './authors.ts'

/** One post as the server's task `blog:import` takes it. */
export interface PostItem {
  /** Path of the file below the folder; names the post in messages. */
  readonly source: string
  readonly slug?: string
  readonly title: string
  readonly body: string
  readonly publishedAt?: string
  readonly author?: { readonly name: string; readonly website?: string }
  readonly category?: string
  readonly tags: readonly string[]
  readonly seo?: { readonly canonicalUrl: string }
}

/** Why a file is no post. */
export class UnreadableFileError extends Error {}

interface Parts {
  readonly matter: string
  readonly body: string
}

const opening = /^---[ \t]*\r?\n/
const closing = /^---[ \t]*(\r?\n|$)/m

const split = (text: string): Parts => {
  const start = opening.exec(text)
  if (start === null) return { matter: '', body: text }
  const rest = text.slice(start[0].length)
  const end = closing.exec(rest)
  if (end === null) throw new UnreadableFileError('the front matter has no end')
  return { matter: rest.slice(0, end.index), body: rest.slice(end.index + end[0].length) }
}

const words = z.union([z.string(), z.number()]).transform((value) => String(value).trim())
const optionalWords = words.nullish().transform((value) => value || undefined)
const names = z
  .union([z.array(words), words.transform((text) => text.split(','))])
  .nullish()
  .transform((list) => (list ?? []).map((name) => name.trim()).filter(Boolean))

const matterSchema = z.object({
  title: optionalWords,
  date: optionalWords,
  category: optionalWords,
  author: optionalWords,
  slug: optionalWords,
  tags: names,
  canonical: optionalWords,
})

const parseYaml = (text: string): unknown => {
  try {
    return parse(text) ?? {}
  } catch (error) {
    const [reason] = error instanceof Error ? error.message.split('\n') : []
    throw new UnreadableFileError(`front matter: ${reason ?? String(error)}`)
  }
}

const readMatter = (text: string): z.infer<typeof matterSchema> => {
  const { data, error } = matterSchema.safeParse(parseYaml(text))
  if (data !== undefined) return data
  const [issue] = error.issues
  const place = issue?.path.join('.') || 'it'
  throw new UnreadableFileError(`front matter: ${place}: ${issue?.message}`)
}

const heading = /^(?:# +(.+?)(?: +#+)?|(\S.*)\r?\n=+)[ \t]*\r?$/m

const titleIn = (body: string): string => {
  const [, hashed, underlined] = heading.exec(body) ?? []
  const title = (hashed ?? underlined)?.trim()
  if (title !== undefined && title !== '') return title
  throw new UnreadableFileError('it has neither a title nor a heading')
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/
const dateTime = /^(\S{10})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)? ?(Z|[+-]\d{2}:\d{2})?$/i
const rfc3339 = z.iso.datetime({ offset: true })

const withDefaults = (date: string): string => {
  if (dateOnly.test(date)) return `${date}T00:00:00Z`
  const [, day, minute, second = ':00', fraction = '', zone = 'Z'] = dateTime.exec(date) ?? []
  return day === undefined ? date : `${day}T${minute}${second}${fraction}${zone.toUpperCase()}`
}

/** An RFC 3339 instant of a date; one that names no zone is in UTC. */
const instantOf = (date: string): string => {
  const { data } = rfc3339.safeParse(withDefaults(date))
  if (data === undefined) throw new UnreadableFileError(`date: "${date}" is not a date`)
  return new Date(data).toISOString()
}

/** The slug of a file: its name without the ending, for an `index` the name of its folder. */
const slugOfPath = (source: string): string => {
  const parts = source.replace(/\.mdx?$/i, '').split('/')
  const last = parts.at(-1) === 'index' && parts.length > 1 ? parts.at(-2) : parts.at(-1)
  return slugify(last ?? '')
}

/** The folder of a category: the first one of the path, none for a file at the top. */
const folderOf = (source: string): string | undefined =>
  source.includes('/') ? source.slice(0, source.indexOf('/')) : undefined

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new UnreadableFileError('it is not UTF-8 text')
  }
}

/**
 * Reads a Markdown file with YAML front matter as a post. What is not said there comes from where it
 * stands in the file: the title from the first heading, the category from the folder, the slug from
 * the file's name. A post without a date is a draft. Throws `UnreadableFileError`.
 * @param source path below the folder of posts, with forward slashes
 */
export function readPost(source: string, bytes: Uint8Array, authors: Authors): PostItem {
  const { matter, body } = split(decode(bytes))
  const { title, date, category, author, slug, tags, canonical } = readMatter(matter)
  if (body.length > limits.text.body) {
    throw new UnreadableFileError(`its text is longer than ${limits.text.body} characters`)
  }
  const itsSlug = slugify(slug ?? '') || slugOfPath(source)
  const itsCategory = category ?? folderOf(source)
  return {
    source,
    title: title ?? titleIn(body),
    body,
    tags,
    ...(itsSlug === '' ? {} : { slug: itsSlug }),
    ...(date === undefined ? {} : { publishedAt: instantOf(date) }),
    ...(author === undefined ? {} : { author: bylineOf(author, authors) }),
    ...(itsCategory === undefined ? {} : { category: itsCategory }),
    ...(canonical === undefined ? {} : { seo: { canonicalUrl: canonical } }),
  }
}
