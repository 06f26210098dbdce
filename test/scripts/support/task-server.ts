import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import * as z from 'zod'

/** A stand-in for a server that imports posts: it keeps sources, and refuses what it is told to. */
export interface TaskServer {
  readonly origin: string
  /** The sources of each page that was taken. */
  readonly pages: string[][]
  readonly logins: number
  /** Answers the next page with a status instead. */
  readonly refuse: (status: number, headers?: Readonly<Record<string, string>>) => void
  /** Answers 413 to bodies above 900,000 bytes. */
  refuseLarge: boolean
  /** Told of each page after it was taken. */
  onPage: (() => void) | undefined
  readonly close: () => Promise<void>
}

const pageSchema = z.object({
  items: z.array(z.object({ source: z.string() })),
})

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
  return body
}

const answer = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/**
 * Takes a page: what is known is skipped, and a source with the name "refused", "adopted" or "deleted"
 * is that.
 */
const take = (known: Set<string>, sources: readonly string[]) => {
  const named = (name: string) => sources.filter((source) => source.includes(name))
  const [refused, adopted, deleted] = [named('refused'), named('adopted'), named('deleted')]
  const readable = sources.filter((source) => ![...refused, ...deleted].includes(source))
  const fresh = readable.filter((source) => !known.has(source) && !adopted.includes(source))
  for (const source of fresh) known.add(source)
  return {
    created: fresh.length,
    skipped: readable.length - fresh.length,
    adopted,
    deleted,
    failed: refused.map((source) => ({ source, reason: 'it is refused' })),
  }
}

/** Starts the stand-in on a free port. */
export async function startTaskServer(): Promise<TaskServer> {
  const known = new Set<string>()
  const refusals: { status: number; headers: Readonly<Record<string, string>> }[] = []
  const pages: string[][] = []
  let logins = 0
  const http = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.url === '/api/v1/auth/login') {
        logins += 1
        return answer(response, 200, { accessToken: 'token' })
      }
      const refusal = refusals.shift()
      const isLarge = server.refuseLarge && body.length > 900_000
      const status = isLarge ? 413 : refusal?.status
      if (status !== undefined) {
        return answer(response, status, { title: 'Refused' }, refusal?.headers)
      }
      const { items } = pageSchema.parse(JSON.parse(body))
      const sources = items.map(({ source }) => source)
      pages.push(sources)
      server.onPage?.()
      return answer(response, 200, take(known, sources))
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const server: TaskServer = {
    origin: `http://127.0.0.1:${address.port}`,
    pages,
    get logins() {
      return logins
    },
    refuse: (status, headers = {}) => void refusals.push({ status, headers }),
    refuseLarge: false,
    onPage: undefined,
    close: () => new Promise((resolve) => http.close(() => resolve())),
  }
  return server
}
