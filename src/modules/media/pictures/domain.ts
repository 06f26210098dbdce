import { type Asset, presentFile } from '../assets/index.ts'
import type { Picture } from './types.ts'

/** What there is to show of an asset; undefined unless it is a picture that anybody may see. */
export function pictureOf(asset: Asset): Picture | undefined {
  const { state, visibility, kind, texts } = asset
  if (state !== 'ready' || visibility !== 'public' || kind !== 'image') return undefined
  const { url, srcset, width, height, blurhash, color } = presentFile(asset, asset.file)
  const alts = Object.entries(texts).flatMap(([locale, { alt }]) =>
    alt === '' ? [] : [[locale, alt] as const],
  )
  return { url, srcset, width, height, blurhash, color, alts: Object.fromEntries(alts) }
}

/** What a picture shows, in the first of the locales that has a text; else empty. */
export function altOf({ alts }: Pick<Picture, 'alts'>, locales: readonly string[]): string {
  return locales.map((locale) => alts[locale]).find(Boolean) ?? ''
}
