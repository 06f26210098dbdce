import { createServer } from 'node:http'
import * as z from 'zod'

/** An endpoint that is told of events and keeps its history outside the process that is killed. */
export interface Sink {
  /** Host and port. */
  readonly host: string
  /** How often each event was taken, by webhook id. */
  readonly taken: ReadonlyMap<string, number>
  close(): void
}

/** One event in this many is refused at first, so that retries are a part of the trial. */
const REFUSE_EVERY = 10

const idSchema = z.string().min(1)

/** Starts a sink on a free port of this machine. */
export function startSink(): Promise<Sink> {
  const taken = new Map<string, number>()
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = idSchema.parse(request.headers['webhook-id'])
      const isNew = !seen.has(id)
      seen.add(id)
      if (isNew && seen.size % REFUSE_EVERY === 0) {
        response.writeHead(500).end()
        return
      }
      taken.set(id, (taken.get(id) ?? 0) + 1)
      response.writeHead(204).end()
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const close = () => {
        server.closeAllConnections()
        server.close()
      }
      resolve({ host: `127.0.0.1:${port}`, taken, close })
    })
  })
}
