import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { realData } from '../../scripts/test/real-data.ts'
import { imageFacts } from '../../src/kernel/image/facts.ts'
import {
  type PixelSize,
  imagePresets,
  isImagePreset,
  variantPlan,
} from '../../src/kernel/image/presets.ts'
import { launchChromium } from '../browser/support/chromium.ts'
import { openPage } from '../browser/support/page.ts'
import { type RunningWorker, startBundle } from '../e2e/support/worker.ts'

const photos = (await readdir(join(realData, 'images'))).toSorted()
const presets = Object.keys(imagePresets).filter(isImagePreset)
const addresses = z.record(z.enum(['thumb', 'small', 'medium', 'large']), z.string())
const asset = z.object({
  file: z.object({
    width: z.int(),
    height: z.int(),
    url: z.string(),
    variants: addresses,
    srcset: z.string(),
  }),
})

let running: RunningWorker
let token = ''

const TENANT = { 'x-tenant-id': 'demo' }

/** Every address of a variant, with the size that it is to have. */
const variants: { readonly url: string; readonly size: PixelSize }[] = []

beforeAll(async () => {
  running = await startBundle({ env: 'development', vars: { LOGGER_LEVEL: 'silent' } })
  await running.seed('dev')
  token = await running.logIn('demo', 'admin@demo.example')
})

afterAll(() => running.close())

const read = async (path: string, accept: string) => {
  const response = await fetch(running.origin + path, { headers: { ...TENANT, accept } })
  expect(response.status).toBe(200)
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
}

describe('twelve photos, uploaded to the Worker as it runs on a laptop', () => {
  it.each(photos)('are shown in four presets: %s', async (name) => {
    const bytes = await readFile(join(realData, 'images', name))
    const facts = imageFacts(bytes)
    if (!facts) throw new Error(`${name} is no image`)
    const path = `/api/v1/media/uploads?name=${encodeURIComponent(name)}`
    const uploaded = await fetch(running.origin + path, {
      method: 'POST',
      headers: { ...TENANT, authorization: `Bearer ${token}`, 'content-type': facts.type },
      body: bytes,
    })
    expect(uploaded.status).toBe(201)
    const { file } = asset.parse(await uploaded.json())
    expect(imageFacts((await read(file.url, '*/*')).bytes)).toEqual(facts)
    for (const preset of presets) {
      variants.push({ url: file.variants[preset], size: variantPlan(facts, preset).size })
      for (const type of ['image/webp', 'image/jpeg']) {
        const variant = await read(file.variants[preset], type)
        const { size } = variantPlan(facts, preset)
        expect(imageFacts(variant.bytes)).toMatchObject({ type, ...size, orientation: 1 })
        expect(variant.response.headers.get('content-type')).toBe(type)
        expect(variant.response.headers.get('cache-control')).toContain('immutable')
      }
    }
  })

  it('are shown by a browser, each in its size', async () => {
    const browser = await launchChromium()
    try {
      const { page, complaints } = await openPage(browser, running.origin, {
        extraHTTPHeaders: TENANT,
      })
      const address = `${running.origin}/picture-page`
      const body = variants.map(({ url }) => `<img src="${url}" alt="">`).join('')
      await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }))
      await page.goto(address, { waitUntil: 'load' })
      const shown = await page.evaluate<PixelSize[]>(
        '[...document.images].map((image) => ({ width: image.naturalWidth, height: image.naturalHeight }))',
      )
      expect(variants).toHaveLength(photos.length * presets.length)
      expect(shown).toEqual(variants.map(({ size }) => size))
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
