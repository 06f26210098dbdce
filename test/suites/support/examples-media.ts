import { sweepStrays } from '../../../src/modules/media/objects/index.ts'
import type { Role } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

/** What the makers read of an answer. */
interface Made {
  readonly id: string
  readonly version: number
}

/** Bytes that are sent as they are. */
const text = { 'content-type': 'text/plain' }

/** An asset of a few words, with a tag and in a folder where they are wished for. */
export async function makeAsset(
  house: House,
  wish: { readonly by?: Role; readonly folderId?: string; readonly tags?: string[] } = {},
): Promise<Made> {
  const client = await house.as(wish.by ?? 'admin')
  const query = new URLSearchParams({ name: `${house.name()}.txt` })
  if (wish.folderId !== undefined) query.set('folderId', wish.folderId)
  const path = `/api/v1/media/uploads?${query.toString()}`
  const asset = await client.json<Made>('POST', path, { body: 'Some text.', headers: text })
  house.made.add(asset.id)
  if (!wish.tags) return asset
  return client.json<Made>('PATCH', `/api/v1/media/assets/${asset.id}`, {
    body: { tags: wish.tags },
    headers: { 'if-match': '*' },
  })
}

/** An asset that has had two files. */
export async function makeReplaced(house: House): Promise<Made> {
  const { id } = await makeAsset(house)
  const admin = await house.as('admin')
  const headers = { ...text, 'if-match': '*' }
  return admin.json('PUT', `/api/v1/media/assets/${id}/file`, { body: 'Other text.', headers })
}

/** A folder below no other. */
export async function makeFolder(house: House): Promise<Made> {
  const admin = await house.as('admin')
  const body = { name: house.name() }
  const folder = await admin.json<Made>('POST', '/api/v1/media/folders', { body })
  house.made.add(folder.id)
  return folder
}

async function makeTrashed(house: House, by?: Role): Promise<Made> {
  const asset = await makeAsset(house, by === undefined ? {} : { by })
  const client = await house.as(by ?? 'admin')
  const headers = { 'if-match': '*' }
  const response = await client.fetch('DELETE', `/api/v1/media/assets/${asset.id}`, { headers })
  if (!response.ok) throw new Error(`the trash answered ${response.status}`)
  return asset
}

/** A call of every operation of the library by whoever may. */
export function mediaExamplesBy(role: Role): Examples {
  const onAsset =
    (rest: Partial<Example> = {}) =>
    async (house: House) => {
      const { id } = await makeAsset(house)
      return { as: await house.as(role), params: { id }, ...rest }
    }
  const onFolder =
    (body?: (house: House) => Promise<unknown>) =>
    async (house: House): Promise<Example> => ({
      as: await house.as(role),
      params: { id: (await makeFolder(house)).id },
      ...(body ? { body: await body(house) } : {}),
    })
  const folderBody = async (house: House) => ({
    name: house.name(),
    parentId: (await makeFolder(house)).id,
  })
  const onTrashed = async (house: House) => ({
    as: await house.as(role),
    params: { id: (await makeTrashed(house)).id },
  })
  return {
    listMediaAssets: async (house) => {
      const { id } = await makeFolder(house)
      const tag = house.name()
      await makeAsset(house, { folderId: id, tags: [tag] })
      const query = { folder: id, tag, kind: 'document', state: 'ready', q: 'thing' }
      return { as: await house.as(role), query }
    },
    getMediaAsset: onAsset(),
    listMediaFiles: onAsset(),
    getMediaUsage: async (house) => ({ as: await house.as(role) }),
    updateMediaAsset: async (house) => ({
      ...(await onAsset()(house)),
      body: {
        name: `${house.name()}.txt`,
        visibility: 'private',
        folderId: (await makeFolder(house)).id,
        tags: ['one', 'two'],
        focalPoint: { x: 0.2, y: 1 },
      },
    }),
    trashMediaAsset: onAsset(),
    restoreMediaAsset: onTrashed,
    purgeMediaAsset: onTrashed,
    uploadMediaAsset: async (house) => ({
      as: await house.as(role),
      query: { name: `${house.name()}.txt`, folderId: (await makeFolder(house)).id },
      body: 'Some text.',
      headers: text,
    }),
    replaceMediaFile: onAsset({ body: 'Other text.', headers: text }),
    createMediaLink: onAsset({ body: { expiresSeconds: 60 } }),
    listMediaFolders: async (house) => ({ as: await house.as(role) }),
    getMediaFolder: onFolder(),
    createMediaFolder: async (house) => ({
      as: await house.as(role),
      body: await folderBody(house),
    }),
    updateMediaFolder: onFolder(folderBody),
    deleteMediaFolder: onFolder(),
    run_media_purge_trash: async (house) => ({ as: await house.operator(), body: {} }),
  }
}

/** A call of every operation of the library. */
export const mediaExamples: Examples = mediaExamplesBy('admin')

const DAY = 86_400_000

/** Reads a file, gives an upload up, and searches the store two days later. */
export async function readAndSweep(house: House): Promise<void> {
  const { home } = house
  const admin = await home.as('admin')
  const { id } = await makeAsset(house)
  await home.anonymous.fetch('GET', `/media/${id}/1/name.txt`)
  const headers = { ...text, 'if-match': '"99"' }
  await admin.fetch('PUT', `/api/v1/media/assets/${id}/file`, { body: 'Other text.', headers })
  await sweepStrays(home.deps(), home.clock.now() + 2 * DAY, 1_000)
}
