import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageFacts, imageType, shownSize } from '../../../src/kernel/image/facts.ts'
import {
  brokenImages,
  endlessChunks,
  jpegSegment,
  join,
  pixelBombs,
} from '../../support/hostile-images.ts'
import { images } from '../../support/images.ts'

const still = { width: 48, height: 32, orientation: 1, hasAlpha: false, isAnimated: false }

describe('an image tells by its first bytes', () => {
  it.each([
    ['jpeg', { ...still, type: 'image/jpeg' }],
    ['turnedJpeg', { ...still, type: 'image/jpeg', orientation: 6 }],
    ['turnedPng', { ...still, type: 'image/png', orientation: 3 }],
    ['halfPng', { ...still, type: 'image/png', hasAlpha: true }],
    ['webp', { ...still, type: 'image/webp' }],
    ['turnedWebp', { ...still, type: 'image/webp', orientation: 8 }],
    ['halfWebp', { ...still, type: 'image/webp', hasAlpha: true }],
    ['movingWebp', { ...still, type: 'image/webp', isAnimated: true }],
    ['movingGif', { ...still, type: 'image/gif', hasAlpha: true, isAnimated: true }],
    ['avif', { ...still, type: 'image/avif' }],
    ['turnedAvif', { ...still, type: 'image/avif', orientation: 6 }],
  ] as const)('what %s is', (name, facts) => {
    expect(imageFacts(images[name])).toEqual(facts)
  })

  it('on which side it lies when it is shown', () => {
    const facts = imageFacts(images.turnedJpeg)
    expect(facts && shownSize(facts)).toEqual({ width: 32, height: 48 })
  })

  it('the size behind 60,000 bytes of other things', () => {
    const notes = jpegSegment(0xed, 'x'.repeat(60_000))
    const bytes = join([0xff, 0xd8], notes, images.jpeg.slice(2)).subarray(0, 65_536)
    expect(imageFacts(bytes)).toEqual({ ...still, type: 'image/jpeg' })
  })

  it('how many pixels a bomb has', () => {
    expect(imageFacts(pixelBombs['png'] ?? join())).toMatchObject({ width: 0x7fffffff })
    expect(imageFacts(pixelBombs['jpeg'] ?? join())).toMatchObject({ width: 65_535 })
    expect(imageFacts(pixelBombs['webp'] ?? join())).toMatchObject({ width: 16_777_216 })
  })
})

describe('no bytes can make the reader throw or hang', () => {
  it('none of the hostile files', () => {
    for (const bytes of Object.values(brokenImages)) {
      const { width, height } = imageFacts(bytes) ?? { width: 1, height: 1 }
      expect(width * height).toBeGreaterThan(0)
    }
    expect(imageFacts(endlessChunks(5_000))).toMatchObject({ width: 48 })
  })

  it('a picture of no width is none', () => {
    expect(imageFacts(brokenImages['a PNG of no width'] ?? images.jpeg)).toBeUndefined()
  })

  it.each(['an archive', 'a PDF', 'a page of HTML', 'nothing at all'])('%s is no image', (name) => {
    expect(imageType(brokenImages[name] ?? images.jpeg)).toBeUndefined()
  })

  it('none of a picture that is cut or changed', () => {
    const pictures = fc.constantFrom(...Object.values(images))
    const changes = fc.array(fc.tuple(fc.nat(1_400), fc.nat(255)), { maxLength: 20 })
    fc.assert(
      fc.property(pictures, fc.nat(1_400), changes, (picture, length, changed) => {
        const bytes = picture.slice(0, length)
        for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value
        const { width, height } = imageFacts(bytes) ?? { width: 1, height: 1 }
        expect(Math.min(width, height)).toBeGreaterThan(0)
      }),
      { numRuns: 5_000 },
    )
  })
})
