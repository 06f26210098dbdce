import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import * as z from 'zod'
import type { TakenMail } from './smtp-servers.ts'

/** A request as the sink has received it. */
export interface SunkRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the sink answers; it is written into the address that a client is given. */
const scriptSchema = z.object({
  key: z.string(),
  status: z.number().default(200),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** How often the body is said. */
  times: z.number().default(1),
  /** `hang` never answers, `cut` closes the connection without an answer. */
  fault: z.enum(['hang', 'cut']).optional(),
})

/**
 * An HTTP server that answers `/sink/<script>/<path>` as the script says and keeps what it was
 * asked. `/requests/<key>` tells what came with a key, `/mails/<address>` what SMTP has taken.
 */
export async function startHttpSink(taken: readonly TakenMail[]) {
  const sunk = new Map<string, SunkRequest[]>()
  const server = createServer((request, response) => {
    answer(request, response, sunk, taken).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sink has no port')
  const stop = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${address.port}`, stop }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sunk: Map<string, SunkRequest[]>,
  taken: readonly TakenMail[],
): Promise<void> {
  const [, door, name = '', ...rest] = (request.url ?? '').split('/')
  if (door === 'requests') return json(response, sunk.get(name) ?? [])
  if (door === 'mails') {
    const to = decodeURIComponent(name)
    return json(
      response,
      taken.filter(({ envelope }) => envelope.to.includes(to)),
    )
  }
  const script = scriptSchema.parse(JSON.parse(Buffer.from(name, 'base64url').toString('utf8')))
  const body = await bodyOf(request)
  const headers = Object.entries(request.headers).map(([key, value]) => [key, String(value)])
  const seen = { method: request.method ?? '', path: `/${rest.join('/')}`, body }
  const requests = sunk.get(script.key) ?? []
  requests.push({ ...seen, headers: Object.fromEntries(headers) })
  sunk.set(script.key, requests)
  if (script.fault === 'hang') return
  if (script.fault === 'cut') return void request.socket.resetAndDestroy()
  response.writeHead(script.status, script.headers).end(script.body.repeat(script.times))
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
