import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { readLocalSecrets } from '../../scripts/start/local-secrets.ts'
import { findFreePort } from '../../scripts/start/port.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { type Outcome, startGroup } from '../../scripts/support/process.ts'
import { readPostFolder } from '../../scripts/tasks/blog-import/folder.ts'
import type { PostItem } from '../../scripts/tasks/blog-import/post-file.ts'
import { realData } from '../../scripts/test/real-data.ts'
import { type Clone, makeClone } from '../e2e/support/clone.ts'
import { type Started, npmStart } from '../e2e/support/npm-start.ts'
import { callJson } from '../e2e/support/worker.ts'
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
const runImport = (
  args: readonly string[] = [],
  onOutput: (text: string, child: ChildProcess) => void = () => {},
): Promise<Outcome> => {
  const task = [process.execPath, inRoot('scripts', 'task.ts'), 'blog:import'] as const
  const child = startGroup([...task, '--url', origin, '--tenant', 'demo', POSTS, ...args], 'pipe', {
    env: { RUSTOK_EMAIL: 'admin@demo.example', RUSTOK_PASSWORD: password },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
    onOutput(output.stdout, child)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? 1, ...output })),
  )
}

/** Changes a post of the list as the administrator. */
const change = async (
  { id }: Summary,
  method: string,
  action: string,
  body?: unknown,
): Promise<void> => {
  const login = await callJson(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'x-tenant-id': 'demo' },
    body: { email: 'admin@demo.example', password },
  })
  const { accessToken } = z.object({ accessToken: z.string() }).parse(login.body)
  const answer = await callJson(`${origin}/api/v1/blog/posts/${id}${action}`, {
    method,
    headers: {
      'x-tenant-id': 'demo',
      'if-match': '*',
      authorization: `Bearer ${accessToken}`,
    },
    ...(body === undefined ? {} : { body }),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

/** Kills everything in the moment in which the import has told of so many pages. */
const importUntilKilled = async (pages: number): Promise<Outcome> => {
  let killed: Promise<void> | undefined
  const outcome = await runImport([], (text) => {
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
  const counts =
    /^Posts: (\d+) created, (\d+) there already, (\d+) deleted since, (\d+) not imported\n$/m
  return (counts.exec(output) ?? []).slice(1).map(Number)
}

// Each test goes on from where the one before left the tenant.
describe(`the ${COUNT} real posts`, () => {
  it('come in though Ctrl-C stops them and everything is killed twice, without a double', async () => {
    const stopped = await runImport([], (text, child) => {
      if (/^\d+ of \d+:/m.test(text)) child.kill('SIGINT')
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toMatch(
      /^Stopped after \d+ of 240\. Run it again: it goes on from there\.$/m,
    )
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
    expect(countsIn(stdout)).toEqual([COUNT - before, before, 0, 0])
    const slugs = (await imported()).map(({ slug }) => slug)
    expect(slugs).toHaveLength(COUNT)
    expect(new Set(slugs).size).toBe(COUNT)
  })

  it('are all there already the second time', async () => {
    const { code, stdout } = await runImport()
    expect({ code, counts: countsIn(stdout) }).toEqual({ code: 0, counts: [0, COUNT, 0, 0] })
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

  it('stay as editors leave them: with another slug, or deleted', async () => {
    const [renamed, deleted] = await imported()
    if (!renamed || !deleted) throw new Error('there are no posts')
    await change(renamed, 'PATCH', '', { slug: 'another-slug' })
    await change(deleted, 'POST', '/unpublish')
    await change(deleted, 'DELETE', '')
    const { code, stdout } = await runImport()
    expect({ code, counts: countsIn(stdout) }).toEqual({ code: 0, counts: [0, COUNT - 1, 1, 0] })
    expect(stdout).toMatch(/^ {2}\S+\.md: deleted since its import, stays so$/m)
    const slugs = (await imported()).map(({ slug }) => slug)
    expect(slugs).toHaveLength(COUNT - 1)
    expect(slugs).toContain('another-slug')
    expect(slugs).not.toContain(renamed.slug)
  })

  it('come in once from two imports at a time', async () => {
    const before = (await imported()).length
    const again = await Promise.all([runImport(['--source', 'b']), runImport(['--source', 'b'])])
    // The slugs are those of the first source, but for the two that are free again.
    const counts = again.map(({ stdout }) => countsIn(stdout))
    expect(counts.map(([created = 0]) => created).reduce((sum, one) => sum + one)).toBe(2)
    expect(counts.map(([, , , refused]) => refused)).toEqual([COUNT - 2, COUNT - 2])
    expect(again.map(({ code }) => code)).toEqual([1, 1])
    expect(again[0]?.stdout).toMatch(
      /^ {2}\S+\.md: slug: "\S+" is that of the post from posts\/\S+\.md$/m,
    )
    expect(await imported()).toHaveLength(before + 2)
  })
})
