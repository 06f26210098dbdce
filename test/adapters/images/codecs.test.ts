import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { createWasmImages } from '../../../src/adapters/images/wasm.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { pixelBombs } from '../../support/hostile-images.ts'
import { images } from '../../support/images.ts'
import { imagesContract } from './images.contract.ts'
import { cornersOf, failureOf, sourceOf, variantBytes } from './support.ts'

const codecs = createWasmImages({ clock: systemClock, maxPixels: limits.images.pixels })
const small = { preset: 'small', type: 'image/webp' } as const

imagesContract('codecs in the isolate', codecs)

describe('codecs in the isolate', () => {
  it('show every corner where it belongs after a picture was turned', async () => {
    expect(await cornersOf(codecs, images.jpeg)).toEqual(['red', 'green', 'blue', 'white'])
    expect(await cornersOf(codecs, images.turnedJpeg)).toEqual(['blue', 'red', 'white', 'green'])
    expect(await cornersOf(codecs, images.turnedPng)).toEqual(['white', 'blue', 'green', 'red'])
    expect(await cornersOf(codecs, images.turnedWebp)).toEqual(['green', 'white', 'red', 'blue'])
  })

  it.each([
    [1, 'red green blue white'],
    [2, 'green red white blue'],
    [3, 'white blue green red'],
    [4, 'blue white red green'],
    [5, 'red blue green white'],
    [6, 'blue red white green'],
    [7, 'white green blue red'],
    [8, 'green white red blue'],
  ] as const)(
    'turn a picture and its thumb by the orientation %i',
    async (orientation, corners) => {
      const turned = () => ({ source: sourceOf(images.jpeg, { facts: { orientation } }) })
      const focalPoint = orientation > 4 ? { x: 0.5, y: 0 } : { x: 0, y: 0.5 }
      const whole = await cornersOf(codecs, images.jpeg, turned())
      const thumb = { ...turned(), preset: 'thumb', focalPoint } as const
      const [first, second, third] = await cornersOf(codecs, images.jpeg, thumb)
      expect(whole.join(' ')).toBe(corners)
      expect([first, orientation > 4 ? second : third]).toEqual([
        whole[0],
        whole[orientation > 4 ? 1 : 2],
      ])
    },
  )

  it('leave animations, GIF and AVIF unread', async () => {
    for (const bytes of [images.movingWebp, images.movingGif, images.avif]) {
      const source = sourceOf(bytes)
      expect(await codecs.transform({ source, ...small })).toBeUndefined()
      expect(await codecs.look(source)).toBeUndefined()
      expect(source.opened()).toBe(0)
    }
  })

  it.each(Object.keys(pixelBombs))('do not read a bomb of pixels: %s', async (name) => {
    const source = sourceOf(pixelBombs[name] ?? images.jpeg)
    expect(await codecs.transform({ source, ...small })).toBeUndefined()
    expect(source.opened()).toBe(0)
  })

  it('take as many pixels as they are allowed, and not one more', async () => {
    const exact = createWasmImages({ clock: systemClock, maxPixels: 48 * 32 })
    const less = createWasmImages({ clock: systemClock, maxPixels: 48 * 32 - 1 })
    const request = { source: sourceOf(images.jpeg), ...small }
    expect(await exact.transform(request)).toMatchObject({ type: 'image/webp' })
    expect(await less.transform(request)).toBeUndefined()
  })

  it('refuse a file that is not what was told of it', async () => {
    const bomb = pixelBombs['png'] ?? images.jpeg
    const lies = [
      sourceOf(bomb, { facts: { width: 8, height: 8 } }),
      sourceOf(images.halfPng, { facts: { width: 47 } }),
      sourceOf(images.halfPng, { facts: { type: 'image/jpeg' } }),
      sourceOf(images.halfPng, { size: images.halfPng.length - 1 }),
      sourceOf(images.halfPng, { size: images.halfPng.length + 1 }),
    ]
    for (const source of lies) {
      expect(await failureOf(codecs.transform({ source, ...small }))).toBe('broken')
    }
  })

  it('go on after a file that no codec could read', async () => {
    for (const name of ['jpeg', 'halfPng', 'halfWebp', 'webp'] as const) {
      const broken = images[name].slice()
      broken.fill(0x55, broken.length - 40)
      const source = sourceOf(broken)
      const outcome = await failureOf(codecs.transform({ source, ...small }))
      expect(outcome).toMatch(/^(broken|not at all)$/)
      expect(await cornersOf(codecs, images.jpeg)).toEqual(['red', 'green', 'blue', 'white'])
    }
  })

  it('make many variants that are asked for at once', async () => {
    const variants = Array.from({ length: 12 }, () =>
      variantBytes(codecs, { source: sourceOf(images.jpeg), ...small }),
    )
    const lengths = new Set((await Promise.all(variants)).map(({ length }) => length))
    expect(lengths.size).toBe(1)
  })

  it('are busy for more than wait their turn, and free again afterwards', async () => {
    const asked = Array.from({ length: limits.images.atOnce * 11 + 1 }, () =>
      failureOf(codecs.transform({ source: sourceOf(images.jpeg), ...small })),
    )
    const outcomes = await Promise.all(asked)
    expect(outcomes.filter((one) => one === 'busy')).toHaveLength(1)
    expect(await failureOf(codecs.transform({ source: sourceOf(images.jpeg), ...small }))).toBe(
      'not at all',
    )
  })

  it('tell what a picture looks like', async () => {
    const look = await codecs.look(sourceOf(images.halfPng))
    expect(look?.blurhash).toHaveLength(28)
    expect(look?.dominantColour).toMatch(/^#(c8643[12]|fffff[ef])$/)
  })
})
