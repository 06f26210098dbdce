import { describe, expect, it } from 'vitest'
import { imageFacts } from '../../../src/kernel/image/facts.ts'
import type { Images } from '../../../src/ports/images.ts'
import { images } from '../../support/images.ts'
import { cornersOf, failureOf, sourceOf, variantBytes } from './support.ts'

/** What every maker of variants does. */
export function imagesContract(name: string, maker: Images): void {
  describe(`variants by ${name}`, () => {
    it.each([
      ['jpeg', 'image/webp'],
      ['turnedPng', 'image/jpeg'],
      ['webp', 'image/png'],
      ['halfPng', 'image/webp'],
      ['halfWebp', 'image/jpeg'],
    ] as const)('are written: %s as %s', async (picture, type) => {
      const source = sourceOf(images[picture])
      const bytes = await variantBytes(maker, { source, preset: 'small', type })
      expect(imageFacts(bytes)).toMatchObject({ type, width: 48, height: 32, orientation: 1 })
      expect(source.opened()).toBe(1)
    })

    it('are turned as they are shown, and need no orientation then', async () => {
      const source = sourceOf(images.turnedJpeg)
      const bytes = await variantBytes(maker, { source, preset: 'medium', type: 'image/jpeg' })
      expect(imageFacts(bytes)).toMatchObject({ width: 32, height: 48, orientation: 1 })
    })

    it('say nothing of who made the picture, and where', async () => {
      for (const type of maker.types) {
        const source = sourceOf(images.turnedJpeg)
        const bytes = await variantBytes(maker, { source, preset: 'small', type })
        expect(new TextDecoder('latin1').decode(bytes)).not.toContain('CANARY')
      }
    })

    it('are squares of 160 pixels at most as a thumb', async () => {
      const source = sourceOf(images.jpeg)
      const bytes = await variantBytes(maker, { source, preset: 'thumb', type: 'image/webp' })
      expect(imageFacts(bytes)).toMatchObject({ width: 32, height: 32 })
    })

    it('are not made of a file that breaks off after its header', async () => {
      const source = sourceOf(images.halfPng.slice(0, 60))
      const request = { source, preset: 'small', type: 'image/webp' } as const
      expect(await failureOf(maker.transform(request))).toMatch(/^(broken|unavailable)$/)
    })

    it('have the corners of their picture', async () => {
      expect(await cornersOf(maker, images.webp)).toEqual(['red', 'green', 'blue', 'white'])
    })
  })
}
