import { createCloudflareImages } from '../adapters/images/cloudflare.ts'
import type { Clock } from '../kernel/clock.ts'
import { limits } from '../kernel/limits.ts'
import { type Images, noImages } from '../ports/images.ts'

/** Set by `[define]` in wrangler.toml: whether the codecs are in the bundle. */
declare const IMAGE_CODECS: boolean

/** What makes variants of pictures. */
export interface ImagesOptions {
  readonly clock: Clock
  /** Whether an isolate has 128 MiB and no more. */
  readonly isBounded: boolean
}

/**
 * Cloudflare Images where the binding `IMAGES` is, else the codecs where the bundle has them, else
 * nothing: then originals are served.
 */
export function createImages(
  { IMAGES: binding }: Pick<Env, 'IMAGES'>,
  options: ImagesOptions,
): Images {
  if (binding) return createCloudflareImages(binding)
  return importCodecs ? createCodecs(options) : noImages
}

/** The codecs, loaded with the first picture. The import stands in the condition that leaves it out. */
const importCodecs = IMAGE_CODECS ? () => import('../adapters/images/wasm.ts') : undefined

function createCodecs({ clock, isBounded }: ImagesOptions): Images {
  const maxPixels = isBounded ? limits.images.isolatePixels : limits.images.pixels
  let loaded: Images | undefined
  const load = async (): Promise<Images> => {
    const codecs = await importCodecs?.()
    return (loaded ??= codecs?.createWasmImages({ clock, maxPixels }) ?? noImages)
  }
  return {
    types: ['image/webp', 'image/jpeg', 'image/png'],
    transform: async (request) => (await load()).transform(request),
    look: async (source) => (await load()).look(source),
  }
}
