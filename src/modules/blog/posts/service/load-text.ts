import type { RequestContext } from '../../../../kernel/context.ts'
import { AppError } from '../../../../kernel/errors.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { postErrors } from '../errors.ts'
import { findText } from '../repo.ts'
import type { PostSummary } from '../schemas.ts'
import { type Answered, itemOfAnswer } from './read-posts.ts'
import { canSee } from './visibility.ts'

/** A text of a post that lists leave out. */
export type TextName = 'body' | 'html'

type ReadDeps = Pick<Deps, 'db'>
type Listed = Pick<PostSummary, 'id' | 'locale' | 'version'> & Answered
type Texts = Readonly<Record<TextName, string | null>>

/** One reading of a post's texts. Until it leaves, more names may join it. */
interface Reading {
  readonly names: Set<TextName>
  hasLeft: boolean
  readonly texts: Promise<Texts>
}

const readingsOf = new WeakMap<ReadDeps['db'], Map<string, Reading>>()

/**
 * A post's Markdown or HTML in the locale in which it was found; null, without a trip, for a caller
 * who may not see them. A text is read once per request, however often it is asked for, and those
 * asked for in the same tick leave together. Throws 404 for a post that has gone since.
 */
export async function loadTextOnce(
  deps: ReadDeps,
  ctx: RequestContext,
  post: Listed,
  name: TextName,
): Promise<Texts> {
  const readings = readingsOf.get(deps.db) ?? new Map<string, Reading>()
  readingsOf.set(deps.db, readings)
  const key = `${post.id} ${post.locale} ${post.version}`
  const earlier = readings.get(key)
  if (earlier && (!earlier.hasLeft || earlier.names.has(name))) {
    earlier.names.add(name)
    return earlier.texts
  }
  const reading = startReading(deps, ctx, post, name)
  readings.set(key, reading)
  return reading.texts
}

function startReading(deps: ReadDeps, ctx: RequestContext, post: Listed, name: TextName): Reading {
  const names = new Set([name])
  const leave = (): Promise<Texts> => {
    reading.hasLeft = true
    return readTexts(deps, ctx, post, names)
  }
  const reading: Reading = { names, hasLeft: false, texts: Promise.resolve().then(leave) }
  return reading
}

async function readTexts(
  deps: ReadDeps,
  ctx: RequestContext,
  post: Listed,
  names: ReadonlySet<TextName>,
): Promise<Texts> {
  if (!canSee(ctx, itemOfAnswer(ctx, post), 'body')) return { body: null, html: null }
  const { id, locale } = post
  const asked = { body: names.has('body') ? 1 : 0, html: names.has('html') ? 1 : 0 }
  const texts = await deps.db.first(findText({ tenantId: ctx.tenant.id, id, locale, ...asked }))
  if (!texts) throw new AppError(postErrors.postNotFound)
  return texts
}
