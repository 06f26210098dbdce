import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanImage, imageCleaner, isCleanable } from '../../../src/kernel/image/clean.ts'
import { BrokenImageError } from '../../../src/kernel/image/cut.ts'
import { type ImageType, imageFacts, imageType } from '../../../src/kernel/image/facts.ts'
import { brokenImages, endlessChunks, join, smugglers } from '../../support/hostile-images.ts'
import { images } from '../../support/images.ts'

const cleanable = [
  'jpeg',
  'turnedJpeg',
  'turnedPng',
  'halfPng',
  'webp',
  'turnedWebp',
  'halfWebp',
  'movingWebp',
] as const

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder('latin1').decode(bytes)

const typeOf = (bytes: Uint8Array): ImageType => imageType(bytes) ?? 'image/jpeg'

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

/** What comes out of the stream for the bytes in chunks of a length. */
async function streamed(bytes: Uint8Array, chunk: number): Promise<Uint8Array> {
  const cleaner = imageCleaner(typeOf(bytes))
  if (!cleaner) throw new Error('there is no cleaner')
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) =>
    bytes.subarray(index * chunk, (index + 1) * chunk),
  )
  const out: Uint8Array[] = []
  for await (const part of streamOf(chunks).pipeThrough(cleaner)) out.push(part)
  return join(...out)
}

describe('a cleaned image', () => {
  it.each(['turnedJpeg', 'turnedPng', 'turnedWebp'] as const)(
    'says no longer who made it, and where: %s',
    (name) => {
      const clean = cleanImage(images[name], typeOf(images[name]))
      expect(textOf(images[name])).toContain('CANARY')
      expect(textOf(clean)).not.toContain('CANARY')
    },
  )

  it.each(cleanable)('has its size, its orientation and its transparency: %s', (name) => {
    const clean = cleanImage(images[name], typeOf(images[name])) ?? join()
    expect(imageFacts(clean)).toEqual(imageFacts(images[name]))
  })

  it('has its colour profile', () => {
    const clean = cleanImage(images.turnedJpeg, 'image/jpeg')
    expect(textOf(clean)).toContain('ICC_PROFILE\0')
  })

  it('is what it was, when there was nothing to take away', () => {
    for (const name of ['jpeg', 'halfPng', 'webp', 'halfWebp', 'movingWebp'] as const) {
      expect(cleanImage(images[name], typeOf(images[name]))).toEqual(images[name])
    }
  })

  it('changes no more when it is cleaned again', () => {
    for (const name of cleanable) {
      const once = cleanImage(images[name], typeOf(images[name])) ?? join()
      expect(cleanImage(once, typeOf(once))).toEqual(once)
    }
  })

  it.each(Object.keys(smugglers))('carries nothing: %s', (name) => {
    const bytes = smugglers[name] ?? join()
    expect(textOf(bytes)).toContain('alert(1)')
    expect(textOf(cleanImage(bytes, typeOf(bytes)))).not.toContain('alert(1)')
  })

  it('has lost 20,000 empty texts, in a time that grows with its length alone', () => {
    expect(cleanImage(endlessChunks(20_000), 'image/png')).toEqual(images.halfPng)
  })
})

describe('a broken image', () => {
  it.each(Object.keys(brokenImages))('is refused: %s', (name) => {
    const bytes = brokenImages[name] ?? images.jpeg
    expect(() => cleanImage(bytes, typeOf(bytes))).toThrow(BrokenImageError)
  })

  it('is refused under the type of another', () => {
    expect(() => cleanImage(images.jpeg, 'image/png')).toThrow(BrokenImageError)
    expect(() => cleanImage(images.halfPng, 'image/webp')).toThrow(BrokenImageError)
  })

  it('makes the stream fail', async () => {
    await expect(streamed(images.jpeg.slice(0, -2), 100)).rejects.toThrow(BrokenImageError)
  })
})

describe('the stream', () => {
  it.each(cleanable)('gives the same bytes in whatever chunks they come: %s', async (name) => {
    const whole = cleanImage(images[name], typeOf(images[name]))
    for (const chunk of [1, 2, 7, 64, 5_000]) {
      expect(await streamed(images[name], chunk)).toEqual(whole)
    }
  })

  it('gives no more bytes than it takes, whatever they are', () => {
    const pictures = fc.constantFrom(...cleanable.map((name) => images[name]))
    const changes = fc.array(fc.tuple(fc.nat(1_400), fc.nat(255)), { maxLength: 10 })
    fc.assert(
      fc.property(pictures, changes, (picture, changed) => {
        const bytes = picture.slice()
        for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value
        try {
          expect(cleanImage(bytes, typeOf(picture))?.length).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenImageError)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('is there for what can be cleaned', () => {
    expect(isCleanable('image/png')).toBe(true)
    expect(isCleanable('image/avif')).toBe(false)
    expect(imageCleaner('image/gif')).toBeUndefined()
  })
})
