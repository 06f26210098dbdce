import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import * as z from 'zod'

/** A stand-in for a server that imports posts: it keeps slugs, and refuses what it is told to. */
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
  items: z.array(z.object({ source: z.string(), slug: z.string() })),
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

/** Takes a page: a source with the name "refused" fails, a slug that is there is skipped. */
const take = (slugs: Set<string>, items: readonly { source: string; slug: string }[]) => {
  const failed = items.filter(({ source }) => source.includes('refused'))
  const readable = items.filter((item) => !failed.includes(item))
  const fresh = readable.filter(({ slug }) => !slugs.has(slug))
  for (const { slug } of fresh) slugs.add(slug)
  return {
    created: fresh.length,
    skipped: readable.length - fresh.length,
    failed: failed.map(({ source }) => ({ source, reason: 'it is refused' })),
  }
}

/** Starts the stand-in on a free port. */
export async function startTaskServer(): Promise<TaskServer> {
  const slugs = new Set<string>()
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
      pages.push(items.map(({ source }) => source))
      server.onPage?.()
      return answer(response, 200, take(slugs, items))
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
