import { randomBytes, systemClock } from '../../src/adapters/clock/system.ts'
import { toHex } from '../../src/kernel/bytes.ts'
import { createIds } from '../../src/kernel/ids.ts'
import type { TakePiece } from '../../src/kernel/raw-body.ts'
import { storageKey } from '../../src/kernel/storage-key.ts'
import { type GotObject, StorageError, type StorageFailure } from '../../src/ports/storage.ts'

const ids = createIds(systemClock, randomBytes)

/** An id that no other test has. */
export const newId = (): string => ids.next()

/** A key that no other test has. */
export const newKey = (extension = 'bin'): string =>
  storageKey({ tenantId: newId(), id: newId(), at: systemClock.now(), extension })

/** Bytes that tell their places, so that a shift or a gap shows. */
export function patterned(size: number, from = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at++) bytes[at] = ((from + at) * 31 + ((from + at) >> 8)) & 0xff
  return bytes
}

/** The bytes of `patterned` as a stream that hands out a chunk when it is asked for one. */
export function streamed(
  size: number,
  options: { readonly chunk?: number; readonly onChunk?: (bytes: number) => void } = {},
): ReadableStream<Uint8Array> {
  const { chunk = 16_384, onChunk } = options
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= size) return controller.close()
      const bytes = patterned(Math.min(chunk, size - at), at)
      at += bytes.length
      onChunk?.(bytes.length)
      controller.enqueue(bytes)
    },
  })
}

/** The bytes of `patterned` from one piece of memory, which is filled anew for each hand-over. */
export function pumped(size: number, breaksAt = Number.POSITIVE_INFINITY) {
  const memory = new Uint8Array(16_384)
  return async (take: TakePiece): Promise<void> => {
    for (let at = 0; at < size; at += memory.length) {
      if (at >= breaksAt) throw new Error('the client has gone')
      const bytes = patterned(Math.min(memory.length, size - at), at)
      memory.set(bytes)
      await take(memory.subarray(0, bytes.length))
    }
  }
}

/** SHA-256 in hexadecimal digits. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  const digest = await crypto.subtle.digest('SHA-256', content)
  return toHex(new Uint8Array(digest))
}

/** An object that was found, with its bytes read. Throws for anything else. */
export async function readFound(got: GotObject | undefined) {
  if (got?.kind !== 'found') throw new Error(`not found: ${got?.kind}`)
  return { ...got, bytes: new Uint8Array(await new Response(got.body).arrayBuffer()) }
}

/** The text of an object that was found. */
export async function readText(got: GotObject | undefined): Promise<string> {
  return new TextDecoder().decode((await readFound(got)).bytes)
}

/** Why a call failed. Throws when it did not, or by another error than the port’s. */
export async function failureOf(work: Promise<unknown>): Promise<StorageFailure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof StorageError)) throw new Error(`not a StorageError: ${String(error)}`)
  return error.failure
}
