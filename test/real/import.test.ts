import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLocalSecrets } from '../../scripts/start/local-secrets.ts'
import { findFreePort } from '../../scripts/start/port.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { type Outcome, startGroup } from '../../scripts/support/process.ts'
import { readPostFolder } from '../../scripts/tasks/blog-import/folder.ts'
import type { PostItem } from '../../scripts/tasks/blog-import/post-file.ts'
import { realData } from '../../scripts/test/real-data.ts'
import { type Clone, makeClone } from '../e2e/support/clone.ts'
import { type Started, npmStart } from '../e2e/support/npm-start.ts'
import { type Reader, type Summary, readerOf } from './support/api.ts'
import { unsafeParts } from './support/unsafe-html.ts'

const POSTS = join(realData, 'posts')
const COUNT = 240

let clone: Clone
let flags: readonly string[]
let origin: string
let started: Started
let password: string
let demo: Reader
let items: readonly PostItem[]
let seeded: readonly Summary[]

beforeAll(async () => {
  clone = await makeClone()
  const port = await findFreePort()
  origin = `http://127.0.0.1:${port}`
  flags = ['--port', String(port), '--persist-to', join(clone.path, 'state')]
  started = await npmStart(clone.path, flags)
  password = (await readLocalSecrets(join(clone.path, '.dev.vars'))).DEMO_PASSWORD ?? ''
  demo = readerOf(origin, 'demo')
  seeded = await demo.list()
  items = (await readPostFolder(POSTS)).items
})

afterAll(async () => {
  await started.stop()
  await clone.remove()
})

/** Runs the import; `onOutput` is told all that it has said so far. */
const runImport = (onOutput: (text: string) => void = () => {}): Promise<Outcome> => {
  const task = [process.execPath, inRoot('scripts', 'task.ts'), 'blog:import'] as const
  const child = startGroup([...task, '--url', origin, '--tenant', 'demo', POSTS], 'pipe', {
    env: { RUSTOK_EMAIL: 'admin@demo.example', RUSTOK_PASSWORD: password },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    onOutput(output.stdout)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? 1, ...output })),
  )
}

/** Kills everything in the moment in which the import has told of so many pages. */
const importUntilKilled = async (pages: number): Promise<Outcome> => {
  let killed: Promise<void> | undefined
  const outcome = await runImport((text) => {
    const told = text.match(/^\d+ of \d+:/gm)?.length ?? 0
    if (told >= pages) killed ??= started.kill()
  })
  await killed
  started = await npmStart(clone.path, flags)
  return outcome
}

const imported = async (): Promise<Summary[]> => {
  const old = new Set(seeded.map(({ id }) => id))
  return (await demo.list()).filter(({ id }) => !old.has(id))
}

const countsIn = (output: string): (number | undefined)[] => {
  const counts = /^Posts: (\d+) created, (\d+) there already, (\d+) not imported$/m.exec(output)
  return (counts ?? []).slice(1).map(Number)
}

// Each test goes on from where the one before left the tenant.
describe(`the ${COUNT} real posts`, () => {
  it('come in though everything is killed twice, without a double', async () => {
    for (const pages of [1, 3]) {
      const { code, stdout, stderr } = await importUntilKilled(pages)
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(origin) })
      expect(stdout).toContain('Run it again')
      expect((await imported()).length).toBeGreaterThan(0)
      expect((await imported()).length).toBeLessThan(COUNT)
    }
    const before = (await imported()).length
    const { code, stdout } = await runImport()
    expect(code).toBe(0)
    expect(countsIn(stdout)).toEqual([COUNT - before, before, 0])
    const slugs = (await imported()).map(({ slug }) => slug)
    expect(slugs).toHaveLength(COUNT)
    expect(new Set(slugs).size).toBe(COUNT)
  })

  it('are all there already the second time', async () => {
    const { code, stdout } = await runImport()
    expect({ code, counts: countsIn(stdout) }).toEqual({ code: 0, counts: [0, COUNT, 0] })
    expect(await imported()).toHaveLength(COUNT)
  })

  it('keep what their front matter says', async () => {
    const bySlug = new Map((await imported()).map((post) => [post.slug, post]))
    for (const item of items) {
      expect(bySlug.get(item.slug ?? ''), item.source).toMatchObject({
        title: item.title,
        publishedAt: item.publishedAt,
        author: { name: item.author?.name },
        category: { name: item.category },
      })
    }
  })

  it('are shown as HTML in which nothing runs', async () => {
    for (const { slug, body } of items) {
      const post = await demo.read(slug ?? '')
      expect(post.body, slug).toBe(body)
      expect(post.html.length, slug).toBeGreaterThan(0)
      expect(unsafeParts(post.html), slug).toEqual([])
    }
  })

  it('are in the list, newest first, in every feed and in the sitemap', async () => {
    const all = await demo.list()
    const dates = all.map(({ publishedAt }) => publishedAt ?? '')
    expect(dates).toEqual(dates.toSorted().toReversed())
    const newest = all.slice(0, 20)
    for (const format of ['rss', 'atom', 'json']) {
      const feed = await demo.text(`feed.${format}`)
      const missing = newest.filter(({ slug }) => !feed.includes(`/${slug}`))
      expect(missing, format).toEqual([])
    }
    const sitemap = await demo.text('sitemap.xml')
    const places = sitemap.matchAll(/<loc>[^<]*\/([^</]+)<\/loc>/g)
    const listed = [...places].flatMap(([, slug]) => slug ?? [])
    expect(listed.toSorted()).toEqual(all.map(({ slug }) => slug).toSorted())
  })

  it('are not seen by another tenant', async () => {
    const acme = readerOf(origin, 'acme')
    const slugs = new Set(items.map(({ slug }) => slug))
    expect((await acme.list()).filter(({ slug }) => slugs.has(slug))).toEqual([])
    expect(await acme.status(items[0]?.slug ?? '')).toBe(404)
    for (const path of ['feed.rss', 'feed.atom', 'feed.json', 'sitemap.xml']) {
      const text = await acme.text(path)
      expect(
        items.filter(({ slug }) => text.includes(`/${slug}<`)),
        path,
      ).toEqual([])
    }
  })
})
