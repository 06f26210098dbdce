import { createHash } from 'node:crypto'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type HttpRequest, Upload, type UploadOptions } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type RunningWorker, callJson, startBundle } from './support/worker.ts'

let running: RunningWorker
let token: string

beforeAll(async () => {
  running = await startBundle()
  await running.seed('test')
  token = await running.logIn('demo', 'admin@demo.example')
})

afterAll(() => running.close())

const headers = () => ({ 'x-tenant-id': 'demo', authorization: `Bearer ${token}` })

/** A door to the Worker that breaks connections after numbers of bytes, one after the other. */
async function breakingProxy(cutAfter: number[]) {
  const { hostname, port } = new URL(running.origin)
  let cuts = 0
  const server = createServer((client) => {
    const worker = connect(Number(port), hostname)
    let sent = 0
    const end = () => {
      client.destroy()
      worker.destroy()
    }
    client.on('data', (chunk: Buffer) => {
      sent += chunk.length
      const bound = cutAfter[0]
      if (bound === undefined || sent < bound) return void worker.write(chunk)
      cutAfter.shift()
      cuts += 1
      worker.write(chunk, end)
    })
    worker.on('data', (chunk: Buffer) => client.write(chunk))
    for (const socket of [client, worker]) socket.on('close', end).on('error', end)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  // -- a server on a port has such an address
  const address = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${address.port}`,
    cuts: () => cuts,
    close: () => new Promise((resolve) => void server.close(resolve)),
  }
}

/** Bytes of a text that do not repeat at any power of two. */
function longText(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = 97 + ((at * 7 + (at >> 9)) % 25)
  return bytes
}

/** Uploads as a client does that knows nothing of us but the address. */
async function upload(origin: string, bytes: Buffer, options: Partial<UploadOptions> = {}) {
  const requests: string[] = []
  const offsets: number[] = []
  const url = await new Promise<string>((resolve, reject) => {
    const one = new Upload(bytes, {
      endpoint: `${origin}/api/v1/media/tus`,
      headers: headers(),
      metadata: { filename: 'long.txt', filetype: 'text/plain' },
      retryDelays: [0, 50, 100, 200, 400, 800, 1_600],
      onAfterResponse(request: HttpRequest, response) {
        requests.push(`${request.getMethod()} ${response.getStatus()}`)
        if (request.getMethod() === 'HEAD')
          offsets.push(Number(response.getHeader('Upload-Offset')))
      },
      onError: reject,
      onSuccess: () => resolve(one.url ?? ''),
      ...options,
    })
    one.start()
  })
  return { id: url.split('/').at(-1) ?? '', requests, offsets }
}

const asset = z.object({
  file: z.object({ bytes: z.number(), sha256: z.string(), url: z.string() }),
})

/** What the library tells of an asset. */
async function assetOf(id: string) {
  const answer = await callJson(`${running.origin}/api/v1/media/assets/${id}`, {
    headers: headers(),
  })
  expect(answer.status).toBe(200)
  return asset.parse(answer.body).file
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Objects of files in the store, and what the books say of them. */
async function kept() {
  const { FILES, DB } = await running.worker.getEnv()
  const { objects } = await FILES.list()
  const { results } = await DB.prepare('SELECT state FROM media_objects').all<{ state: string }>()
  return {
    files: objects.filter(({ key }) => /^[^/]+\/\d{4}\//.test(key)).length,
    states: results.map(({ state }) => state),
  }
}

describe('tus-js-client', () => {
  it('uploads a file whose connection is cut five times, and nothing else is left', async () => {
    const bytes = longText(23_000_000)
    const cutAt = [3_000_000, 700, 6_000_000, 2_000_000, 9_000_000]
    const proxy = await breakingProxy(cutAt)
    const before = await kept()
    const { id, offsets } = await upload(proxy.origin, bytes)
    await proxy.close()
    expect(proxy.cuts()).toBe(5)
    expect(Math.max(...offsets), 'what had arrived counted').toBeGreaterThan(0)
    const file = await assetOf(id)
    expect(file).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) })
    const served = await fetch(`${running.origin}${file.url}`, { headers: headers() })
    expect(sha256(await served.bytes())).toBe(sha256(bytes))
    const after = await kept()
    expect(after.files).toBe(before.files + 1)
    expect(after.states).toEqual([...before.states, 'kept'])
  })

  it('uploads in chunks, with the first one in the request that begins', async () => {
    const bytes = longText(6_000_000)
    const options = { chunkSize: 700_000, uploadDataDuringCreation: true }
    const { id, requests } = await upload(running.origin, bytes, options)
    expect(requests).toEqual(['POST 201', ...Array.from({ length: 8 }, () => 'PATCH 204')])
    expect(await assetOf(id)).toMatchObject({ sha256: sha256(bytes) })
  })

  it('takes an upload back', async () => {
    const before = await kept()
    const one = new Upload(longText(3_000_000), {
      endpoint: `${running.origin}/api/v1/media/tus`,
      headers: headers(),
      chunkSize: 1_000_000,
    })
    await new Promise<void>((resolve, reject) => {
      one.options.onError = reject
      one.options.onChunkComplete = () => void one.abort(true).then(() => resolve(), reject)
      one.start()
    })
    expect(await kept()).toEqual(before)
  })

  it('hears that a file is of no type that is taken', async () => {
    const page = Buffer.from('<html><script>alert(1)</script>')
    const metadata = { filename: 'a.txt' }
    await expect(upload(running.origin, page, { metadata })).rejects.toThrow('media.type_refused')
  })
})
