import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { capture, wrangler } from '../../scripts/support/process.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { realData } from '../../scripts/test/real-data.ts'
import { cleanImage } from '../../src/kernel/image/clean.ts'
import { type ImageFacts, imageFacts } from '../../src/kernel/image/facts.ts'
import { imagePresets, isImagePreset, variantPlan } from '../../src/kernel/image/presets.ts'

const photos = (await readdir(join(realData, 'images'))).toSorted()
const presets = Object.keys(imagePresets).filter(isImagePreset)
const looks = z.strictObject({
  blurhash: z.string().length(28),
  dominantColour: z.string().regex(/^#[0-9a-f]{6}$/),
})

let folder = ''
let runtime: Miniflare

const photoOf = async (name: string): Promise<{ bytes: Uint8Array; facts: ImageFacts }> => {
  const bytes = new Uint8Array(await readFile(join(realData, 'images', name)))
  const facts = imageFacts(bytes)
  if (!facts) throw new Error(`${name} is no image`)
  return { bytes, facts }
}

const ask = (path: string, body: Uint8Array, accept = '*/*') =>
  runtime.dispatchFetch(`http://images.test/${path}`, { method: 'POST', body, headers: { accept } })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'))
  const entry = inRoot('test', 'real', 'support', 'images-worker.ts')
  const config = ['--config', inRoot('wrangler.toml'), '--env', 'test']
  const { code, stderr } = await capture(
    wrangler('deploy', entry, '--dry-run', ...config, '--outdir', folder),
  )
  if (code !== 0) throw new Error(stderr)
  const names = (await readdir(folder)).filter((name) => /\.(?:js|wasm)$/.test(name))
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      compatibilityDate: '2026-11-01',
      modulesRoot: folder,
      modules: names
        .toSorted((one) => (one.endsWith('.js') ? -1 : 1))
        .map((name) => ({
          type: name.endsWith('.js') ? 'ESModule' : 'CompiledWasm',
          path: join(folder, name),
        })),
    }),
  )
})

afterAll(async () => {
  await runtime?.dispose()
  await rm(folder, { recursive: true, force: true })
})

describe('twelve photos, by the codecs in the bundle as it is deployed', () => {
  it('are twelve', () => {
    expect(photos).toHaveLength(12)
  })

  it.each(photos)('have four presets in WebP and in JPEG: %s', async (name) => {
    const { bytes, facts } = await photoOf(name)
    for (const preset of presets) {
      for (const type of ['image/webp', 'image/jpeg'] as const) {
        const answer = await ask(preset, bytes, type)
        const variant = new Uint8Array(await answer.arrayBuffer())
        const { size } = variantPlan(facts, preset)
        expect(imageFacts(variant)).toMatchObject({ type, ...size, orientation: 1 })
        expect(answer.headers.get('content-type')).toBe(type)
        expect(variant.length).toBeLessThan(bytes.length * 1.1)
      }
    }
  })

  it.each(photos)('look like something: %s', async (name) => {
    const { bytes } = await photoOf(name)
    expect(looks.safeParse(await (await ask('look', bytes)).json()).success).toBe(true)
  })

  it.each(photos)('are the same picture when they are cleaned: %s', async (name) => {
    const { bytes, facts } = await photoOf(name)
    const clean = cleanImage(bytes, facts.type) ?? bytes
    expect(imageFacts(clean)).toEqual(facts)
    const [before, after] = await Promise.all(
      [bytes, clean].map(async (one) => (await ask('medium', one, 'image/webp')).arrayBuffer()),
    )
    expect(after).toEqual(before)
  })
})
