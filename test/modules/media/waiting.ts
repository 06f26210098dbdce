import { serve } from '../../../src/app/fetch.ts'
import { sweepObjects, sweepStrays } from '../../../src/modules/media/objects/index.ts'
import { sweepWaiting } from '../../../src/modules/media/waiting/index.ts'
import type { Client, World } from '../../support/world.ts'
import type { AssetAnswer } from './support.ts'

const DAY = 86_400_000

/** The type of a body that is a piece of a file. */
export const PIECE = 'application/offset+octet-stream'
/** Where uploads by tus begin. */
export const TUS = '/api/v1/media/tus'

/** What a request of tus says and brings. */
export interface Asking {
  readonly as?: Client
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | ReadableStream<Uint8Array>
}

/** A request of the protocol. */
export async function askTus(
  world: World,
  method: string,
  path: string,
  { as, headers = {}, body }: Asking = {},
): Promise<Response> {
  const client = as ?? (await world.as('admin'))
  const known = { 'tus-resumable': '1.0.0', authorization: `Bearer ${client.token}`, ...headers }
  const request = new Request(new URL(path, world.origin), {
    method,
    headers: body === undefined ? known : { 'content-type': PIECE, ...known },
    ...(body === undefined ? {} : { body }),
  })
  return serve(world.isolate, request)
}

/** `Upload-Metadata` of ASCII values. */
export const metadataOf = (said: Readonly<Record<string, string>>) =>
  Object.entries(said)
    .map(([key, value]) => `${key} ${btoa(value)}`)
    .join(',')

/** The assets of the world. */
export async function assetsOf(world: World): Promise<AssetAnswer[]> {
  const admin = await world.as('admin')
  return (await admin.json<{ items: AssetAnswer[] }>('GET', '/api/v1/media/assets')).items
}

/** Sweeps as the schedule does two days later. */
export async function sweepAll(world: World): Promise<void> {
  world.clock.advance(2 * DAY)
  const now = world.clock.now()
  for (let turn = 0; turn < 20; turn++)
    if ((await sweepWaiting(world.deps(), now, 100)) < 100) break
  for (let turn = 0; turn < 20; turn++)
    if ((await sweepObjects(world.deps(), now, 500)) < 500) break
  const walkedAt = 'SELECT walked_at AS at FROM media_totals WHERE tenant_id = ?'
  for (let turn = 0; turn < 50; turn++) {
    if ((await world.rows<{ at: number }>(walkedAt, world.tenantId))[0]?.at === now) break
    await sweepStrays(world.deps(), now, 500)
  }
}

/** The uploads that the books know. */
export async function waitingRows(world: World): Promise<number> {
  const sql = 'SELECT id FROM media_uploads WHERE tenant_id = ?'
  return (await world.rows(sql, world.tenantId)).length
}
