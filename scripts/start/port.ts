import { createServer } from 'node:net'
import { StepError } from '../support/main.ts'

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: stop what listens there, or choose another with --port',
  EACCES: 'needs more rights: choose one above 1023 with --port',
  EADDRNOTAVAIL: 'is not an address of this machine: choose another with --host',
  ENOTFOUND: 'is not a known host: choose another with --host',
}

/** Checks that the port can be listened on. Throws `StepError` that says what to do if not. */
export function requireFreePort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''] ?? error.message
      reject(new StepError(`${host}:${port} ${reason}`))
    })
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}

/** A port of 127.0.0.1 that nothing listens on. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
