import * as z from 'zod'

/** What is known of the people who write: by the name that posts use for them. */
export type Authors = ReadonlyMap<string, Author>

interface Author {
  readonly name: string
  readonly website?: string
}

const isWebsite = (text: string | undefined): text is string =>
  text !== undefined && /^https?:$/.test(URL.parse(text)?.protocol ?? '')

const fileSchema = z.record(
  z.string(),
  z.object({ name: z.string().optional(), website: z.string().optional() }),
)

/** Reads the text of an `authors.json`: an object of `{ name, website }` by name. Throws on any other. */
export function parseAuthors(text: string): Authors {
  const entries = Object.entries(fileSchema.parse(JSON.parse(text)))
  return new Map(
    entries.map(([key, { name = key, website }]) => [
      key,
      isWebsite(website) ? { name, website } : { name },
    ]),
  )
}

/** A byline's names stand between commas, ampersands and the word "and". */
const separators = /(\s*,\s*|\s+(?:&|and)\s+)/

/** An account's name in brackets behind the name of a person. */
const handle = /\s*\([^)]*\)$/

/**
 * The author of a byline. Several people stay one author with all of their names, since a post has
 * one; a website belongs to a single person only.
 */
export function bylineOf(text: string, authors: Authors): Author {
  const [first, ...more] = text.split(separators).map((part): Author => {
    const name = part.replace(handle, '') || part
    return authors.get(part) ?? authors.get(name) ?? { name }
  })
  if (first !== undefined && more.length === 0) return first
  return { name: [first, ...more].map((part) => part?.name ?? '').join('') }
}
