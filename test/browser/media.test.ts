import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { RunningWorker } from '../e2e/support/worker.ts'
import { halves } from '../modules/media/photos.ts'
import { launchChromium } from './support/chromium.ts'
import { startDevelopment } from './support/development.ts'
import { openPage } from './support/page.ts'

const WIDTH = 2_000
const HEIGHT = 1_000
const TENANT = { 'x-tenant-id': 'demo' }

const asset = z.object({
  id: z.string(),
  file: z.object({
    url: z.string(),
    variants: z.object({
      thumb: z.string(),
      small: z.string(),
      medium: z.string(),
      large: z.string(),
    }),
    srcset: z.string(),
  }),
})

let running: RunningWorker
let browser: Browser
let photo: z.infer<typeof asset>

beforeAll(async () => {
  running = await startDevelopment()
  browser = await launchChromium()
  const token = await running.logIn('demo', 'admin@demo.example')
  const uploaded = await fetch(`${running.origin}/api/v1/media/uploads?name=a%20photo.png`, {
    method: 'POST',
    headers: { ...TENANT, authorization: `Bearer ${token}` },
    body: new Uint8Array(await halves(WIDTH, HEIGHT)),
  })
  photo = asset.parse(await uploaded.json())
})

afterAll(async () => {
  await browser.close()
  await running.close()
})

/** Opens a page with pictures, as wide as its window. */
async function open(html: string, width = 1_000) {
  const { page, complaints } = await openPage(browser, running.origin, {
    extraHTTPHeaders: TENANT,
    viewport: { width, height: 800 },
  })
  const address = `${running.origin}/picture-page`
  const body = `<!doctype html><title>Pictures</title><body style="margin:0">${html}`
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(address, { waitUntil: 'load' })
  return { page, complaints }
}

interface ShownImage {
  readonly naturalWidth: number
  readonly naturalHeight: number
  readonly currentSrc: string
}

const shown = `[...document.images].map(({ naturalWidth, naturalHeight, currentSrc }) =>
  ({ naturalWidth, naturalHeight, currentSrc }))`

describe('a photo in a browser', () => {
  it('is shown in every preset, each of its size', async () => {
    const { variants } = photo.file
    const html = Object.values(variants).map((url) => `<img src="${url}" alt="">`)
    const { page, complaints } = await open(html.join(''))
    const sizes = (await page.evaluate<ShownImage[]>(shown)).map((image) => [
      image.naturalWidth,
      image.naturalHeight,
    ])
    expect(sizes).toEqual([
      [160, 160],
      [480, 240],
      [960, 480],
      [1_920, 960],
    ])
    expect(complaints).toEqual([])
  })

  it.each([
    [320, 'small'],
    [900, 'medium'],
    [1_900, 'large'],
  ] as const)(
    'is taken from srcset as the window of %i pixels needs it: %s',
    async (width, preset) => {
      const { srcset, url, variants } = photo.file
      const html = `<img srcset="${srcset}" sizes="100vw" src="${url}" alt="">`
      const { page } = await open(html, width)
      const [image] = await page.evaluate<ShownImage[]>(shown)
      expect(image?.currentSrc).toBe(running.origin + variants[preset])
    },
  )

  it('comes as WebP, which this browser takes', async () => {
    const { page } = await open('')
    const [response] = await Promise.all([
      page.waitForResponse((each) => each.url().endsWith(photo.file.variants.small)),
      page.evaluate(`void (document.body.innerHTML = '<img src="${photo.file.variants.small}">')`),
    ])
    expect(await response.headerValue('content-type')).toBe('image/webp')
  })
})
