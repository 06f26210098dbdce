import { systemClock } from '../../../src/adapters/clock/system.ts'
import { createImages } from '../../../src/app/images.ts'
import { imageFacts } from '../../../src/kernel/image/facts.ts'
import { isImagePreset } from '../../../src/kernel/image/presets.ts'
import { variantType } from '../../../src/ports/images.ts'

const images = createImages({}, { clock: systemClock, isBounded: false })

/** Answers the variant that the path names of the picture that is the body, or its look. */
async function answer(request: Request): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const facts = imageFacts(bytes)
  if (!facts) return new Response('no image', { status: 415 })
  const open = async () => new Response(bytes).body ?? new ReadableStream()
  const source = { facts, size: bytes.length, open }
  const preset = new URL(request.url).pathname.slice(1)
  if (!isImagePreset(preset)) return Response.json(await images.look(source))
  const type = variantType(images, request.headers.get('accept') ?? undefined, facts)
  const variant = type && (await images.transform({ source, preset, type }))
  if (!variant) return new Response('the original', { status: 404 })
  return new Response(variant.body, { headers: { 'content-type': variant.type } })
}

/** The codecs alone, in the bundle as it is deployed. */
// oxlint-disable-next-line import/no-default-export -- a Worker is one
export default { fetch: answer }
