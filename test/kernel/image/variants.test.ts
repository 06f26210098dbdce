import { describe, expect, it } from 'vitest'
import type { ImageFacts } from '../../../src/kernel/image/facts.ts'
import { lookOf, lookSize } from '../../../src/kernel/image/look.ts'
import { isImagePreset, srcset, variantPlan } from '../../../src/kernel/image/presets.ts'
import { type VariantType, noImages, variantType } from '../../../src/ports/images.ts'

const photo: ImageFacts = {
  type: 'image/jpeg',
  width: 4_000,
  height: 3_000,
  orientation: 1,
  hasAlpha: false,
  isAnimated: false,
}
const all = {
  types: ['image/avif', 'image/webp', 'image/jpeg', 'image/png'] satisfies VariantType[],
}
const browser = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'

describe('a preset', () => {
  it('fits a picture into its width', () => {
    expect(variantPlan(photo, 'small').size).toEqual({ width: 480, height: 360 })
    expect(variantPlan({ ...photo, orientation: 6 }, 'small').size).toEqual({
      width: 480,
      height: 640,
    })
  })

  it('enlarges nothing', () => {
    const tiny = { ...photo, width: 100, height: 40 }
    expect(variantPlan(tiny, 'large').size).toEqual({ width: 100, height: 40 })
    expect(variantPlan(tiny, 'thumb').size).toEqual({ width: 40, height: 40 })
  })

  it('leaves a pixel of the thinnest picture', () => {
    expect(variantPlan({ ...photo, width: 10_000, height: 1 }, 'small').size.height).toBe(1)
  })

  it.each([
    [{ x: 0.5, y: 0.5 }, 500],
    [{ x: 0, y: 0 }, 0],
    [{ x: 1, y: 1 }, 1_000],
    [{ x: 0.4, y: 0.9 }, 100],
  ])('cuts its square around the focal point %o', (focalPoint, left) => {
    expect(variantPlan(photo, 'thumb', focalPoint)).toEqual({
      crop: { left, top: 0, width: 3_000, height: 3_000 },
      size: { width: 160, height: 160 },
    })
  })

  it('is one of four', () => {
    expect(['thumb', 'small', 'medium', 'large'].every(isImagePreset)).toBe(true)
    expect(['huge', '500', 'toString', '__proto__'].some(isImagePreset)).toBe(false)
  })
})

describe('srcset', () => {
  const address = (preset: string) => `/media/1/${preset}/photo`

  it('names the widths that there are', () => {
    expect(srcset(photo, address)).toBe(
      '/media/1/small/photo 480w, /media/1/medium/photo 960w, /media/1/large/photo 1920w',
    )
  })

  it('ends with the first that shows every pixel', () => {
    expect(srcset({ ...photo, width: 600 }, address)).toBe(
      '/media/1/small/photo 480w, /media/1/medium/photo 600w',
    )
    expect(srcset({ ...photo, width: 300 }, address)).toBe('/media/1/small/photo 300w')
  })
})

describe('the type of a variant', () => {
  it.each([
    [browser, photo, 'image/avif'],
    ['image/webp,*/*', photo, 'image/webp'],
    ['IMAGE/WEBP', photo, 'image/webp'],
    ['image/avif;q=0, image/webp;q=0.5', photo, 'image/webp'],
    ['*/*', photo, 'image/jpeg'],
    [undefined, photo, 'image/jpeg'],
    ['*/*', { ...photo, hasAlpha: true }, 'image/png'],
    [browser, { ...photo, isAnimated: true }, 'image/webp'],
    ['*/*', { ...photo, isAnimated: true }, undefined],
  ] as const)('for a client that takes %s', (accept, facts, type) => {
    expect(variantType(all, accept, facts)).toBe(type)
  })

  it('is none where nothing is made', () => {
    expect(variantType(noImages, browser, photo)).toBeUndefined()
  })
})

describe('the look of a picture', () => {
  const pixels = (width: number, height: number, colour: readonly number[]) => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => colour[at % 4] ?? 0),
  })

  it('has its colour, and white behind what is transparent', () => {
    expect(lookOf(pixels(8, 8, [200, 100, 50, 255])).dominantColour).toBe('#c86432')
    expect(lookOf(pixels(8, 8, [0, 0, 0, 0])).dominantColour).toBe('#ffffff')
  })

  it('has the colour of its larger part', () => {
    const one = pixels(9, 9, [20, 40, 200, 255])
    one.data.fill(255, 4 * 61)
    expect(lookOf(one).dominantColour).toBe('#1428c8')
  })

  it('is made of 32 pixels at most in each direction', () => {
    expect(lookSize({ width: 4_000, height: 3_000 })).toEqual({ width: 32, height: 24 })
    expect(lookSize({ width: 5_000, height: 1 })).toEqual({ width: 32, height: 1 })
    expect(lookOf(pixels(1, 1, [1, 2, 3, 255])).blurhash).toHaveLength(28)
  })
})
