import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { type Lasting, answerTo, headersOf, original } from '../domain.ts'
import type { FileRequest, Served } from '../types.ts'
import { type FoundFile, findServed, openObject } from './find-file.ts'

type ServeDeps = Pick<Deps, 'db' | 'storage' | 'secrets' | 'publicCache' | 'telemetry'>

/** Serves a file of an asset as it is. Throws as `findServed`. */
export async function serveFile(
  deps: ServeDeps,
  ctx: RequestContext,
  request: FileRequest,
): Promise<Served> {
  return serveOriginal(deps, request, await findServed(deps, ctx, request))
}

/** Serves a file that was found. Throws 404 when it is not in the store. */
export async function serveOriginal(
  deps: Pick<Deps, 'storage' | 'telemetry'>,
  request: FileRequest,
  { facts, reach }: FoundFile,
  lasting?: Lasting,
): Promise<Served> {
  const shown = original(facts)
  const answer = answerTo(request, shown)
  const { status } = answer
  const headers = headersOf(shown, answer, reach, lasting)
  if (request.isHead || (status !== 200 && status !== 206)) return { status, headers, body: null }
  const range =
    status === 206
      ? { offset: answer.span.first, length: answer.span.last - answer.span.first + 1 }
      : undefined
  const { body } = await openObject(deps, facts, range ? { range } : {})
  return { status, headers, body }
}
