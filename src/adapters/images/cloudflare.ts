import { within } from '../../kernel/deadline.ts'
import { shownSize } from '../../kernel/image/facts.ts'
import { lookOf, lookSize } from '../../kernel/image/look.ts'
import { imagePresets, middle, variantPlan } from '../../kernel/image/presets.ts'
import { limits } from '../../kernel/limits.ts'
import {
  type ImageSource,
  type Images,
  ImagesError,
  type VariantRequest,
  variantQuality,
} from '../../ports/images.ts'
import { startPlatformTimer } from '../clock/timers.ts'

/** A large picture takes a second or two. */
const TIMEOUT_MILLISECONDS = 30_000

/**
 * Makes variants by Cloudflare Images through its binding, which decodes outside of the isolate. It
 * writes AVIF too, and keeps animations that go out as WebP.
 */
export function createCloudflareImages(binding: ImagesBinding): Images {
  const takes = ({ size }: ImageSource) => size <= limits.images.bytes
  return {
    types: ['image/avif', 'image/webp', 'image/jpeg', 'image/png'],
    async transform(request) {
      if (!takes(request.source)) return undefined
      const { type } = request
      const quality = type === 'image/png' ? {} : { quality: variantQuality[type] }
      const result = await answerOf(binding, request.source, transformOf(request), {
        format: type,
        ...quality,
        anim: request.source.facts.isAnimated,
        ...(type === 'image/jpeg' && { background: '#ffffff' }),
      })
      return { type, body: result.image() }
    },
    async look(source) {
      if (!takes(source)) return undefined
      const size = lookSize(shownSize(source.facts))
      const transform: ImageTransform = { ...size, fit: 'squeeze' }
      const result = await answerOf(binding, source, transform, { format: 'rgba', anim: false })
      const bytes = await new Response(result.image()).arrayBuffer()
      if (bytes.byteLength !== size.width * size.height * 4) {
        throw new ImagesError('unavailable', 'the answer has another size')
      }
      return lookOf({ ...size, data: new Uint8ClampedArray(bytes) })
    },
  }
}

function transformOf({ source, preset, focalPoint = middle }: VariantRequest): ImageTransform {
  const { size } = variantPlan(source.facts, preset)
  if (!imagePresets[preset].isSquare) return { width: size.width, fit: 'scale-down' }
  return { ...size, fit: 'cover', gravity: { ...focalPoint, mode: 'box-center' } }
}

async function answerOf(
  binding: ImagesBinding,
  source: ImageSource,
  transform: ImageTransform,
  output: ImageOutputOptions,
): Promise<ImageTransformationResult> {
  const stream = await source.open()
  const asked = binding.input(stream).transform(transform).output(output)
  const outcome = await within(startPlatformTimer, TIMEOUT_MILLISECONDS, asked)
  if (outcome.kind === 'done') return outcome.value
  if (outcome.kind === 'late') throw new ImagesError('unavailable', 'no answer in time')
  throw new ImagesError(failureOf(outcome.error), 'the service refuses it', outcome.error)
}

/** 94xx and 9520 are about the file; the rest may pass. */
function failureOf(error: unknown): 'broken' | 'unavailable' {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  const isOfFile = typeof code === 'number' && ((code >= 9_400 && code < 9_500) || code === 9_520)
  return isOfFile ? 'broken' : 'unavailable'
}
