import type { World } from '../../support/world.ts'
import { type AssetAnswer, upload } from './support.ts'

/** What a browser takes. */
export const WEBP = { accept: 'image/avif,image/webp,*/*' }

/** A preset as the API names it. */
export type Preset = 'thumb' | 'small' | 'medium' | 'large'

interface PictureAnswer extends AssetAnswer {
  readonly file: AssetAnswer['file'] & {
    readonly variants: Record<Preset, string> | null
    readonly srcset: string | null
    readonly color: string | null
  }
}

/** Uploads a picture and answers its asset with the addresses of its variants. */
export async function uploadPicture(world: World, bytes: Uint8Array, query = '') {
  const { id } = await upload(world, bytes, query)
  return readAsset(world, id)
}

/** An asset with the addresses of its variants. */
export async function readAsset(world: World, id: string) {
  const admin = await world.as('admin')
  const asset = await admin.json<PictureAnswer>('GET', `/api/v1/media/assets/${id}`)
  const { variants, srcset } = asset.file
  if (!variants || srcset === null) throw new Error('the picture has no variants')
  return { id, asset, variants, srcset }
}

/** Changes what is said of an asset. */
export async function change(world: World, id: string, body: unknown): Promise<void> {
  const admin = await world.as('admin')
  const headers = { 'if-match': '*' }
  await admin.json('PATCH', `/api/v1/media/assets/${id}`, { body, headers })
}

/** Reads an address as anybody who takes WebP. */
export const get = (world: World, url: string, headers: Record<string, string> = WEBP) =>
  world.anonymous.fetch('GET', url, { headers })
