import { sweepStrays } from '../../../src/modules/media/objects/index.ts'
import type { Client, Role } from '../../support/world.ts'
import { images } from '../../support/images.ts'
import { upload } from '../../modules/media/support.ts'
import type { Example, Examples } from './example.ts'
import type { House } from './house.ts'

/** What the makers read of an answer. */
interface Made {
  readonly id: string
  readonly version: number
}

/** Bytes that are sent as they are. */
const text = { 'content-type': 'text/plain' }

/** Of a piece of a file that comes in pieces. */
const tus = { 'content-type': 'application/offset+octet-stream', 'tus-resumable': '1.0.0' }

/** A file that was put into the store, and is to be completed. */
async function makeDirect(house: House, client: Client): Promise<string> {
  const body = { bytes: 10, mediaType: 'text/plain' }
  const { id } = await client.json<Made>('POST', '/api/v1/media/direct-uploads', { body })
  const [row] = await house.home.rows<{ key: string }>(
    'SELECT storage_key AS key FROM media_uploads WHERE tenant_id = ? AND id = ?',
    house.home.tenantId,
    id,
  )
  await house.home.deps().storage.put(row?.key ?? '', 'Some text.')
  house.made.add(id)
  return id
}

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

const covers = new WeakMap<House, Promise<string>>()

/** A picture of the library, one for a house. */
export function coverOf(house: House): Promise<string> {
  const cover =
    covers.get(house) ??
    upload(house.home, images.jpeg).then(({ id }) => {
      house.made.add(id)
      return id
    })
  covers.set(house, cover)
  return cover
}

/** A post that has the picture as its cover. */
export async function makeCovered(house: House): Promise<Made> {
  const admin = await house.as('admin')
  const body = { title: house.name(), body: 'A text.', cover: { assetId: await coverOf(house) } }
  const post = await admin.json<Made>('POST', '/api/v1/blog/posts', { body })
  house.made.add(post.id)
  return post
}

/** A change of many assets that has ended. */
async function makeBulk(house: House, role: Role): Promise<{ readonly id: string }> {
  const ids = [(await makeAsset(house)).id]
  const client = await house.as(role)
  const body = { action: 'tag', ids, tags: ['one'] }
  const bulk = await client.json<{ id: string }>('POST', '/api/v1/media/bulk', { body })
  house.made.add(bulk.id)
  await house.home.drain()
  return bulk
}

/** A call of every operation of the library by whoever may. */
export function mediaExamplesBy(role: Role): Examples {
  const onAsset =
    (rest: Partial<Example> = {}) =>
    async (house: House) => {
      const { id } = await makeAsset(house)
      return { as: await house.as(role), params: { id }, ...rest }
    }
  const onTus =
    (rest: Partial<Example> = {}) =>
    async (house: House): Promise<Example> => {
      const as = await house.as(role)
      const headers = { 'tus-resumable': '1.0.0', 'upload-length': '20' }
      const { id } = await as.json<Made>('POST', '/api/v1/media/tus', { headers })
      house.made.add(id)
      return { as, params: { id }, ...rest }
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
      const sha256 = '13b4c5aecd1b6d749afcee968fbf9c80f1ed1bbdbe1aaf25cb34ebd01144bbe9'
      house.made.add(tag).add(sha256)
      const query = { folder: id, tag, kind: 'document', state: 'ready', q: 'thing', sha256 }
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
    listMediaReferences: async (house) => {
      await makeCovered(house)
      return { as: await house.as(role), params: { id: await coverOf(house) } }
    },
    startMediaBulk: async (house) => ({
      as: await house.as(role),
      body: {
        action: 'move',
        ids: [(await makeAsset(house)).id],
        folderId: (await makeFolder(house)).id,
      },
    }),
    getMediaBulk: async (house) => ({
      as: await house.as(role),
      params: { id: (await makeBulk(house, role)).id },
    }),
    restoreMediaAsset: onTrashed,
    purgeMediaAsset: onTrashed,
    uploadMediaAsset: async (house) => ({
      as: await house.as(role),
      query: { name: `${house.name()}.txt`, folderId: (await makeFolder(house)).id },
      body: 'Some text.',
      headers: text,
    }),
    createMediaTusUpload: async (house) => ({
      as: await house.as(role),
      body: 'Some text.',
      headers: { ...tus, 'upload-length': '20' },
    }),
    getMediaTusUpload: onTus(),
    appendMediaTusUpload: onTus({ body: 'Some text.', headers: { ...tus, 'upload-offset': '0' } }),
    endMediaTusUpload: onTus({ headers: { 'tus-resumable': '1.0.0' } }),
    createMediaDirectUpload: async (house) => {
      const { id } = await makeFolder(house)
      const body = { name: `${house.name()}.txt`, folderId: id, visibility: 'private' }
      const file = { bytes: 10, mediaType: 'text/plain', sha256: 'a'.repeat(64) }
      return { as: await house.as(role), body: { ...body, ...file } }
    },
    completeMediaDirectUpload: async (house) => {
      const client = await house.as(role)
      return { as: client, params: { id: await makeDirect(house, client) } }
    },
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

/**
 * Reads a file, changes the picture of a post and all that a filter finds, gives an upload up, and
 * searches the store two days later.
 */
export async function readAndSweep(house: House): Promise<void> {
  const { home } = house
  const admin = await home.as('admin')
  const { id } = await makeAsset(house)
  await makeCovered(house)
  await admin.json('PATCH', `/api/v1/media/assets/${await coverOf(house)}`, {
    body: { texts: { en: { alt: house.name() } } },
    headers: { 'if-match': '*' },
  })
  const body = { action: 'tag', tags: ['one'], filter: { kind: 'image' } }
  await admin.json('POST', '/api/v1/media/bulk', { body })
  await home.drain()
  await home.anonymous.fetch('GET', `/media/${id}/1/name.txt`)
  const picture = await upload(home, images.jpeg)
  await home.anonymous.fetch('GET', `/media/${picture.id}/1/small/name.jpg`)
  await home.drain()
  const headers = { ...text, 'if-match': '"99"' }
  await admin.fetch('PUT', `/api/v1/media/assets/${id}/file`, { body: 'Other text.', headers })
  await sweepStrays(home.deps(), home.clock.now() + 2 * DAY, 1_000)
}
