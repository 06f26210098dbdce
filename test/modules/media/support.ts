import { serve } from '../../../src/app/fetch.ts'
import { toHex } from '../../../src/kernel/bytes.ts'
import type { Client, World } from '../../support/world.ts'

/** An asset as the API answers it, as far as tests look. */
export interface AssetAnswer {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly kind: string
  readonly state: string
  readonly visibility: string
  readonly folderId: string | null
  readonly tags: string[]
  readonly file: {
    readonly number: number
    readonly bytes: number
    readonly sha256: string
    readonly mediaType: string
    readonly width: number | null
    readonly height: number | null
    readonly url: string
  }
}

/** How a file is sent. */
export interface Sending {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Tell the length before; not told when false. */
  readonly told?: boolean
}

export const bytesOf = (text: string) => new TextEncoder().encode(text)

/** So many bytes of text that do not repeat at any power of two. */
export function longText(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = 97 + ((at * 7 + (at >> 9)) % 25)
  return bytes
}

/** A PNG that tells of so many pixels and has none: no metadata and 64 bytes. */
export function png(width = 3, height = 2): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  bytes.set([8, 6, 0, 0, 0], 24)
  bytes.set([0, 0, 0, 7, 0x49, 0x44, 0x41, 0x54], 33)
  bytes.set([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82], 52)
  return bytes
}

/** Sends bytes as the body of a request. */
export function sendBytes(
  world: World,
  client: Client,
  bytes: Uint8Array,
  { method = 'POST', path = '/api/v1/media/uploads', headers = {}, told = true }: Sending = {},
): Promise<Response> {
  const request = new Request(new URL(path, world.origin), {
    method,
    headers: {
      ...(client.token === undefined ? {} : { authorization: `Bearer ${client.token}` }),
      ...(told ? { 'content-length': String(bytes.length) } : {}),
      ...headers,
    },
    body: streamOf(bytes),
  })
  return serve(world.isolate, request)
}

/** As the runtime gives bodies: pieces as large as they are asked for, to the end or to where it is cut. */
export function streamOf(bytes: Uint8Array, isCut = false): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const piece = bytes.slice(at, at + 40_000)
      at += piece.length
      if (piece.length > 0) controller.enqueue(piece)
      else if (isCut) controller.error(new Error('cut'))
      else {
        controller.close()
        controller.byobRequest?.respond(0)
      }
    },
  })
}

/** Uploads a file and answers its asset. */
export async function upload(
  world: World,
  bytes: Uint8Array = bytesOf('Some text.'),
  query = '',
  sending: Sending = {},
): Promise<AssetAnswer> {
  const path = `/api/v1/media/uploads${query}`
  const response = await sendBytes(world, await world.as('admin'), bytes, { path, ...sending })
  if (!response.ok)
    throw new Error(`the upload answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** The code of a refusal. */
export async function codeOf(response: Response): Promise<string> {
  const { code } = await response.json<{ code: string }>()
  return `${response.status} ${code}`
}

/** SHA-256 in hexadecimal digits. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return toHex(digest)
}

/** Everything that the world's tenant has in the store. */
export async function storedKeys(world: World): Promise<string[]> {
  const { objects } = await world.deps().storage.list({ prefix: `${world.tenantId}/2` })
  return objects.map(({ key }) => key)
}

/** The books of the world's objects, and the sum of their bytes. */
export async function booksOf(world: World) {
  const objects = await world.rows<{ state: string; bytes: number }>(
    'SELECT state, bytes FROM media_objects WHERE tenant_id = ? ORDER BY id',
    world.tenantId,
  )
  const [total] = await world.rows<{ bytes: number }>(
    'SELECT bytes FROM media_totals WHERE tenant_id = ?',
    world.tenantId,
  )
  return { objects, bytes: total?.bytes ?? 0 }
}
