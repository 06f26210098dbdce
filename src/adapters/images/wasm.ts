import type { Clock } from '../../kernel/clock.ts'
import { type ImageFacts, imageFacts, shownSize } from '../../kernel/image/facts.ts'
import { type Pixels, lookOf, lookSize } from '../../kernel/image/look.ts'
import { type PixelBox, type PixelSize, variantPlan } from '../../kernel/image/presets.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type ImageSource,
  type Images,
  type ImageVariant,
  ImagesError,
  type VariantRequest,
} from '../../ports/images.ts'
import { decode, encode, resize } from './codecs.ts'
import { type Gate, createGate } from './gate.ts'
import { shrinkFactor, shrunk, storedBox, turned, unmultiplied } from './pixels.ts'

/** What codecs in an isolate are made of. */
export interface WasmImagesOptions {
  readonly clock: Clock
  /**
   * Pixels of the largest picture that is decoded; each is in memory several times for a moment. It
   * is `limits.images.isolatePixels` where an isolate has 128 MiB.
   */
  readonly maxPixels: number
}

const SOURCES = new Set(['image/jpeg', 'image/png', 'image/webp'])

/**
 * Makes variants in this isolate: of JPEG, PNG and still WebP, in WebP, JPEG and PNG. One picture is
 * decoded at a time: it keeps the isolate busy.
 */
export function createWasmImages({ clock, maxPixels }: WasmImagesOptions): Images {
  const gate = createGate(clock)
  const takes = ({ facts, size }: ImageSource) =>
    SOURCES.has(facts.type) &&
    !facts.isAnimated &&
    facts.width * facts.height <= maxPixels &&
    size <= Math.min(limits.images.bytes, maxPixels * 2)
  return {
    types: ['image/webp', 'image/jpeg', 'image/png'],
    async transform(request) {
      return takes(request.source) ? variantOf(gate, request) : undefined
    },
    async look(source) {
      if (!takes(source)) return undefined
      const size = lookSize(shownSize(source.facts))
      const crop = { left: 0, top: 0, ...shownSize(source.facts) }
      return gate(() => pixelsOf(source, crop, size).then(lookOf))
    },
  }
}

async function variantOf(gate: Gate, request: VariantRequest): Promise<ImageVariant | undefined> {
  const { source, preset, focalPoint, type } = request
  const { crop, size } = variantPlan(source.facts, preset, focalPoint)
  const bytes = await gate(async () => {
    const pixels = await pixelsOf(source, crop, size)
    return encode(type, pixels).catch(refuse)
  })
  return bytes && { type, body: streamOf(bytes) }
}

/** A part of the shown picture in another size, turned as it is shown. */
async function pixelsOf(source: ImageSource, crop: PixelBox, size: PixelSize): Promise<Pixels> {
  const { facts } = source
  const bytes = await bytesOf(source)
  const real = imageFacts(bytes)
  if (real?.type !== facts.type || real.width !== facts.width || real.height !== facts.height) {
    throw new ImagesError('broken', 'the file is not what its facts say')
  }
  const target = facts.orientation > 4 ? { width: size.height, height: size.width } : size
  const small = await partOf(facts, bytes, storedBox(crop, facts, facts.orientation), target)
  return turned(unmultiplied(await resize(small, target).catch(refuse)), facts.orientation)
}

/** A part of the stored picture in up to twice the size; all other pixels are let go of. */
async function partOf(
  facts: ImageFacts,
  bytes: Uint8Array,
  box: PixelBox,
  target: PixelSize,
): Promise<Pixels> {
  const pixels = await decode(facts.type, bytes).catch(refuse)
  if (pixels?.width !== facts.width || pixels.height !== facts.height) {
    throw new ImagesError('broken', 'the picture is not as large as its header says')
  }
  return shrunk(pixels, box, shrinkFactor(box, target))
}

/** The whole file; `broken` when it has another size than told. */
async function bytesOf({ size, open }: ImageSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let length = 0
  for await (const chunk of await open()) {
    if (length + chunk.length > size)
      throw new ImagesError('broken', 'the file is longer than told')
    bytes.set(chunk, length)
    length += chunk.length
  }
  if (length < size) throw new ImagesError('broken', 'the file is shorter than told')
  return bytes
}

function refuse(error: unknown): never {
  throw new ImagesError('broken', 'a codec refuses it', error)
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}
