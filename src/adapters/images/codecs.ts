import newJpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'
import newJpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js'
import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'
import { defaultOptions as jpegOptions } from '@jsquash/jpeg/meta.js'
import { initEmscriptenModule } from '@jsquash/jpeg/utils.js'
import * as png from '@jsquash/png/codec/pkg/squoosh_png.js'
import pngModule from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module'
import * as resizer from '@jsquash/resize/lib/resize/pkg/squoosh_resize.js'
import resizeModule from '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?module'
import newWebpDecoder from '@jsquash/webp/codec/dec/webp_dec.js'
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm'
import newWebpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.js'
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm'
import { defaultOptions as webpOptions } from '@jsquash/webp/meta.js'
import type { ImageType } from '../../kernel/image/facts.ts'
import { type Pixels, onWhite } from '../../kernel/image/look.ts'
import type { PixelSize } from '../../kernel/image/presets.ts'
import { type VariantType, variantQuality } from '../../ports/images.ts'

/*
 * MozJPEG, libwebp and the PNG and resize crates of Rust, compiled by Squoosh. Each use of the first
 * two gets an instance of its own, so that no memory grows for good and no fault outlives its file.
 * All of it is one turn of the event loop: nothing awaits but microtasks.
 */

const silent = { print: () => undefined, printErr: () => undefined }

const LANCZOS3 = 3

/** The pixels of a file. Throws whatever the codec throws; undefined for a type without a codec. */
export async function decode(type: ImageType, bytes: Uint8Array): Promise<Pixels | undefined> {
  switch (type) {
    case 'image/jpeg': {
      const codec = await initEmscriptenModule(newJpegDecoder, jpegDecoder, silent)
      return asPixels(codec.decode(bytes, false))
    }
    case 'image/webp': {
      const codec = await initEmscriptenModule(newWebpDecoder, webpDecoder, silent)
      return asPixels(codec.decode(bytes))
    }
    case 'image/png':
      png.initSync(pngModule)
      return asPixels(png.decode(bytes))
    case 'image/gif':
    case 'image/avif':
      return undefined
  }
}

/** What the codecs call `ImageData`, which no type of this platform names. */
interface Decoded extends PixelSize {
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

function asPixels(image: Decoded | null): Pixels {
  if (!image) throw new Error('the codec gives no pixels')
  const { width, height, data } = image
  return { width, height, data }
}

/** Lanczos with three lobes, each channel by itself. */
export async function resize(pixels: Pixels, { width, height }: PixelSize): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels
  resizer.initSync(resizeModule)
  const bytes = new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.length)
  const data = resizer.resize(
    bytes,
    pixels.width,
    pixels.height,
    width,
    height,
    LANCZOS3,
    false,
    false,
  )
  return { width, height, data: new Uint8ClampedArray(data) }
}

/** Writes a file; JPEG has white in place of what is transparent. Undefined for AVIF. */
export async function encode(type: VariantType, pixels: Pixels): Promise<Uint8Array | undefined> {
  const { width, height } = pixels
  switch (type) {
    case 'image/webp': {
      const codec = await initEmscriptenModule(newWebpEncoder, webpEncoder, silent)
      const options = { ...webpOptions, quality: variantQuality[type] }
      return codec.encode(pixels.data, width, height, options) ?? undefined
    }
    case 'image/jpeg': {
      const codec = await initEmscriptenModule(newJpegEncoder, jpegEncoder, silent)
      const options = { ...jpegOptions, quality: variantQuality[type] }
      return codec.encode(onWhite(pixels).data, width, height, options)
    }
    case 'image/png': {
      png.initSync(pngModule)
      const { data } = pixels
      return png.encode(new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, 8)
    }
    case 'image/avif':
      return undefined
  }
}
