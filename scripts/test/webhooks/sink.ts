import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'

/** A request that an endpoint was sent. */
export interface TakenWebhook {
  readonly endpoint: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Addresses that the resolver tells of a name, one list for each time that it is asked. */
export interface NamePlan {
  readonly name: string
  readonly type: 'A' | 'AAAA'
  readonly answers: readonly (readonly string[])[]
}

/** A running server of endpoints, of a DNS resolver over HTTPS, and of both verifiers. */
export interface WebhookSink {
  readonly host: string
  stop(): Promise<void>
}

const RECORD_TYPES = { A: 1, AAAA: 28 } as const

/** Starts the sink on a free port of loopback. */
export async function startWebhookSink(): Promise<WebhookSink> {
  const taken: TakenWebhook[] = []
  const names = new Map<string, readonly (readonly string[])[]>()
  const server = createServer((request, response) => {
    void answer(request, response, { taken, names })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sink has no port')
  return {
    host: `127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface State {
  readonly taken: TakenWebhook[]
  readonly names: Map<string, readonly (readonly string[])[]>
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { taken, names }: State,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sink')
  const [door, endpoint = '', behaviour = '200', detail = ''] = url.pathname.slice(1).split('/')
  const body = await text(request)
  const json = (value: unknown) => void response.end(JSON.stringify(value))
  if (door === 'taken') return json(taken.filter((each) => each.endpoint === endpoint))
  if (door === 'verify') return json(verify(JSON.parse(body)))
  if (door === 'names') {
    const { name, type, answers }: NamePlan = JSON.parse(body)
    names.set(`${type} ${name}`, answers)
    return json({})
  }
  if (door === 'dns-query') return json(resolve(names, url.searchParams))
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  taken.push({ endpoint, path: url.pathname, headers, body, at: Date.now() })
  const count = taken.filter((each) => each.endpoint === endpoint).length
  behave(response, behaviour, detail, count)
}

/** Answers as the path of an endpoint asks for. */
function behave(response: ServerResponse, behaviour: string, detail: string, count: number): void {
  switch (behaviour) {
    case 'hang':
      return
    case 'endless':
      response.writeHead(200)
      endlessly(response)
      return
    case 'redirect':
      response.writeHead(302, { location: `/to/${detail}/200` }).end()
      return
    case 'retry-after':
      response.writeHead(429, { 'retry-after': detail }).end('slower')
      return
    case 'flaky':
      response.writeHead(count <= Number(detail) ? 500 : 200).end()
      return
    case 'secrets':
      response.end(
        `{"token":"hidden-1","ok":true} whsec_aGlkZGVuLTI= Bearer hidden-3 ${'x'.repeat(9_000)}`,
      )
      return
    default:
      response.writeHead(Number(behaviour)).end('thanks')
  }
}

/** Writes for as long as somebody reads. */
function endlessly(response: ServerResponse): void {
  const timer = setInterval(() => void response.write('x'.repeat(1_000)), 20)
  response.on('close', () => clearInterval(timer))
}

/** What both reference libraries say of a request. */
function verify(given: {
  readonly secret: string
  readonly headers: Record<string, string>
  readonly body: string
}): Record<string, boolean> {
  const accepts = (check: () => unknown): boolean => {
    try {
      check()
      return true
    } catch {
      return false
    }
  }
  const { secret, headers, body } = given
  return {
    standardwebhooks: accepts(() => new StandardWebhook(secret).verify(body, headers)),
    svix: accepts(() => new SvixWebhook(secret).verify(body, headers)),
  }
}

function resolve(names: State['names'], query: URLSearchParams): unknown {
  const name = query.get('name') ?? ''
  const type = query.get('type') === 'AAAA' ? 'AAAA' : 'A'
  const [first = [], ...rest] = names.get(`${type} ${name}`) ?? []
  if (rest.length > 0) names.set(`${type} ${name}`, rest)
  return { Status: 0, Answer: first.map((data) => ({ name, type: RECORD_TYPES[type], data })) }
}
