import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../scripts/support/main.ts'
import { Stopped } from '../../scripts/support/signals.ts'
import { openSession } from '../../scripts/task/session.ts'
import { importFolder } from '../../scripts/tasks/blog-import.ts'
import { type PostFolder, readPostFolder } from '../../scripts/tasks/blog-import/folder.ts'
import { pagesOf } from '../../scripts/tasks/blog-import/pages.ts'
import { type TaskServer, startTaskServer } from './support/task-server.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posts-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const write = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

const read = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<PostFolder> => {
  await write(files)
  return readPostFolder(folder)
}

const post = (...lines: string[]): string => `---\n${lines.join('\n')}\n---\n\nText.\n`

describe('a folder of Markdown posts', () => {
  it('becomes items with what the front matter says', async () => {
    const { items, failed } = await read({
      'news/first.md': post(
        "date: '2025-03-17T10:00:00-04:00'",
        'category: releases',
        'title: "One: two"',
        'layout: blog-post',
        'author: Ada',
        'slug: The First',
        'tags: [a, b]',
        'canonical: https://example.com/first',
      ),
    })
    expect(failed).toEqual([])
    expect(items).toEqual([
      {
        source: 'news/first.md',
        slug: 'the-first',
        title: 'One: two',
        body: '\nText.\n',
        publishedAt: '2025-03-17T14:00:00.000Z',
        author: { name: 'Ada' },
        category: 'releases',
        tags: ['a', 'b'],
        seo: { canonicalUrl: 'https://example.com/first' },
      },
    ])
  })

  it('takes the slug from the name, the category from the folder, the title from the heading', async () => {
    const { items } = await read({
      'Weekly/weekly-update.2015-02-06.md': '\uFEFF# The week #\r\n\r\nText',
      'Weekly/2024/index.mdx': 'The year\n========\n',
      'top.md': '# Top\n',
    })
    expect(items.map(({ slug, category, title }) => [slug, category, title])).toEqual([
      ['2024', 'Weekly', 'The year'],
      ['weekly-update-2015-02-06', 'Weekly', 'The week'],
      ['top', undefined, 'Top'],
    ])
  })

  it('has a draft for a post without a date', async () => {
    const { items } = await read({ 'a.md': post('title: A') })
    expect(items[0]).not.toHaveProperty('publishedAt')
  })

  it.each([
    ['2012-02-27', '2012-02-27T00:00:00.000Z'],
    ['2012-02-27 18:51', '2012-02-27T18:51:00.000Z'],
    ['2012-02-27t18:51:59.5+02:00', '2012-02-27T16:51:59.500Z'],
  ])('understands the date %s', async (date, instant) => {
    const { items } = await read({ 'a.md': post('title: A', `date: ${date}`) })
    expect(items[0]?.publishedAt).toBe(instant)
  })

  it('names the people of a byline and the website of a single one', async () => {
    const { items } = await read({
      'authors.json': JSON.stringify({
        adal: { name: 'Ada Lovelace', website: 'https://ada.example' },
        Bob: { name: 'Bob' },
        Eve: { website: 'javascript:alert(1)' },
      }),
      '1.md': post('title: A', 'author: adal'),
      '2.md': post('title: A', 'author: adal, Bob (@bob) & Sandra Anderson'),
      '3.md': post('title: A', 'author: Bob and adal'),
      '4.md': post('title: A', 'author: Eve (github.com/eve)'),
    })
    expect(items.map(({ author }) => author)).toEqual([
      { name: 'Ada Lovelace', website: 'https://ada.example' },
      { name: 'Ada Lovelace, Bob & Sandra Anderson' },
      { name: 'Bob and Ada Lovelace' },
      { name: 'Eve' },
    ])
  })

  it('gives the same name in two folders two slugs, the same in every run', async () => {
    const files = { 'a/x.md': post('title: A'), 'b/x.md': post('title: B') }
    const { items } = await read(files)
    expect(items.map(({ slug }) => slug)).toEqual(['x', 'b-x'])
    expect(await readPostFolder(folder)).toEqual({ items, failed: [] })
  })

  it('lists every file that is no post, with the reason', async () => {
    const { items, failed } = await read({
      'bytes.md': new Uint8Array([0x23, 0x20, 0xff, 0xfe]),
      'date.md': post('title: A', 'date: 2012-02-30'),
      'double.md': post('title: A'),
      'double.mdx': post('title: A'),
      'endless.md': '---\ntitle: A\n',
      'list.md': post('- title'),
      'long.md': `# A\n${'x'.repeat(1_000_000)}`,
      'title.md': post('title: [1, 2]'),
      'untitled.md': 'Text.',
      'yaml.md': post('title: "A'),
    })
    expect(items.map(({ source }) => source)).toEqual(['double.md'])
    expect(failed.map(({ source, reason }) => `${source}: ${reason}`)).toEqual([
      'bytes.md: it is not UTF-8 text',
      'date.md: date: "2012-02-30" is not a date',
      'endless.md: the front matter has no end',
      expect.stringMatching(/^list\.md: front matter: it: /),
      'long.md: its text is longer than 1000000 characters',
      expect.stringMatching(/^title\.md: front matter: title: /),
      'untitled.md: it has neither a title nor a heading',
      expect.stringMatching(/^yaml\.md: front matter: /),
      'double.mdx: its slug "double" is that of double.md',
    ])
  })

  it('is read through links to files; a broken link and one to a folder are told', async () => {
    await write({ 'own/ok.md': post('title: Ok') })
    await symlink(join(folder, 'own', 'ok.md'), join(folder, 'linked.md'))
    await symlink(join(folder, 'nowhere'), join(folder, 'broken.md'))
    await symlink(join(folder, 'own'), join(folder, 'again'))
    const { items, failed } = await readPostFolder(folder)
    expect(items.map(({ source }) => source)).toEqual(['linked.md', 'own/ok.md'])
    expect(failed.map(({ source }) => source).sort()).toEqual(['again', 'broken.md'])
  })

  it('is refused when it holds no Markdown, is not there, or authors.json is broken', async () => {
    await expect(read({ 'a.txt': 'text' })).rejects.toThrow('holds no Markdown file')
    await expect(readPostFolder(join(folder, 'nowhere'))).rejects.toThrow('cannot be read')
    await write({ 'a.md': '# A', 'authors.json': '[' })
    await expect(readPostFolder(folder)).rejects.toThrow('authors.json cannot be read')
  })
})

describe('pages of an import', () => {
  it('hold as many items as fit by count and by bytes, in order', () => {
    const pages = (sizes: number[]): number[] =>
      [
        ...pagesOf(
          sizes.map((size) => 'é'.repeat(size)),
          { items: 3, bytes: 100 },
        ),
      ].map((page) => page.length)
    expect(pages([1, 1, 1, 1])).toEqual([3, 1])
    expect(pages([20, 20, 20])).toEqual([2, 1])
    expect(pages([1, 500, 1])).toEqual([1, 1, 1])
    expect(pages([])).toEqual([])
  })
})

describe('blog:import', () => {
  let server: TaskServer
  let lines: string[]
  let pauses: string[]

  beforeEach(async () => {
    server = await startTaskServer()
    lines = []
    pauses = []
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  })

  afterEach(async () => {
    vi.restoreAllMocks()
    await server.close()
  })

  const run = async (
    signal = new AbortController().signal,
    args: readonly string[] = [folder],
  ): Promise<number> => {
    const onPause = (seconds: number, status: number) => void pauses.push(`${status}: ${seconds} s`)
    const options = { origin: server.origin, signal, onPause }
    const session = await openSession(options, 'demo', { email: 'a@b.example', password: 'x' })
    return importFolder(session, args, signal)
  }

  const posts = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`${String(at).padStart(3, '0')}.md`, `# ${at}`]),
    )

  it('sends pages of 50 at most and tells how far it is', async () => {
    await write(posts(120))
    expect(await run()).toBe(0)
    expect(server.pages.map((page) => page.length)).toEqual([50, 50, 20])
    expect(lines).toEqual([
      '50 of 120: 50 created, 0 there already',
      '100 of 120: 50 created, 0 there already',
      '120 of 120: 20 created, 0 there already',
      'Posts: 120 created, 0 there already, 0 deleted since, 0 not imported',
    ])
  })

  it('adds nothing when it is run again', async () => {
    await write(posts(60))
    await run()
    expect(await run()).toBe(0)
    expect(lines.at(-1)).toBe('Posts: 0 created, 60 there already, 0 deleted since, 0 not imported')
  })

  it('waits as long as the server asks and goes on', async () => {
    await write(posts(1))
    server.refuse(429, { 'retry-after': '0' })
    server.refuse(503, { 'retry-after': '0' })
    expect(await run()).toBe(0)
    expect(pauses).toEqual(['429: 0 s', '503: 0 s'])
    expect(lines.at(-1)).toBe('Posts: 1 created, 0 there already, 0 deleted since, 0 not imported')
  })

  it('signs in again when the access token has run out', async () => {
    await write(posts(51))
    server.refuse(401)
    expect(await run()).toBe(0)
    expect(server.logins).toBe(2)
  })

  it('sends a page again when another import was quicker', async () => {
    await write(posts(1))
    server.refuse(409)
    expect(await run()).toBe(0)
  })

  it('ends between two pages when it is interrupted, and says how far it came', async () => {
    await write(posts(120))
    const controller = new AbortController()
    server.onPage = () => controller.abort(new Stopped('stopped by SIGINT'))
    await expect(run(controller.signal)).rejects.toThrow(Stopped)
    expect(server.pages.map((page) => page.length)).toEqual([50])
    expect(lines).toContain('Stopped after 50 of 120. Run it again: it goes on from there.')
    server.onPage = undefined
    expect(await run()).toBe(0)
    expect(lines.at(-1)).toBe(
      'Posts: 70 created, 50 there already, 0 deleted since, 0 not imported',
    )
  })

  it('ends with 1 and lists what this machine and what the server could not read', async () => {
    await write({ 'a.md': '# A', 'b.md': 'no title', 'news/refused.md': '# C' })
    expect(await run()).toBe(1)
    expect(lines.slice(-3)).toEqual([
      '  b.md: it has neither a title nor a heading',
      '  news/refused.md: it is refused',
      'Posts: 1 created, 0 there already, 0 deleted since, 2 not imported',
    ])
    await write({ 'b.md': '# B' })
    await rm(join(folder, 'news'), { recursive: true })
    expect(await run()).toBe(0)
  })

  it('lists what was deleted since and what was found by its slug, which are no failures', async () => {
    await write({ 'a.md': '# A', 'adopted.md': '# B', 'deleted.md': '# C' })
    expect(await run()).toBe(0)
    expect(lines.slice(-3)).toEqual([
      '  adopted.md: there already, found by its slug',
      '  deleted.md: deleted since its import, stays so',
      'Posts: 1 created, 1 there already, 1 deleted since, 0 not imported',
    ])
  })

  it('names each file by its source, which is the folder’s name, and its path', async () => {
    await write({ 'a.md': '# A', 'news/cafe\u0301.md': '# B' })
    await run()
    const name = basename(folder)
    expect(server.pages).toEqual([[`${name}/a.md`, `${name}/news/caf\u00E9.md`]])
    await run(undefined, [folder, '--source', 'blog'])
    expect(server.pages.at(-1)).toEqual(['blog/a.md', 'blog/news/caf\u00E9.md'])
    expect(lines.at(-1)).toBe('Posts: 2 created, 0 there already, 0 deleted since, 0 not imported')
  })

  it('refuses a path that is too long, or that is the same as another to Unicode', async () => {
    const long = `${'a'.repeat(200)}/${'b'.repeat(200)}/${'c'.repeat(200)}.md`
    const other = post('title: B', 'slug: other')
    await write({ 'cafe\u0301.md': '# A', 'caf\u00E9.md': other, [long]: '# C' })
    expect(await run()).toBe(1)
    expect(lines.slice(-3, -1)).toEqual([
      `  ${long}: its path is longer than 500 characters with its source`,
      '  caf\u00E9.md: its path is that of cafe\u0301.md in other bytes',
    ])
  })

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--sauce', 'b']],
    [['a', '--source', 'b/c']],
    [['a', '--source', '']],
  ])('is refused when it is called with %o', async (args) => {
    await expect(run(undefined, args)).rejects.toThrow(UsageError)
  })

  it('ends with the words of a server that refuses', async () => {
    await write(posts(1))
    server.refuse(403)
    await expect(run()).rejects.toThrow('The server refused a page of posts: 403 Refused')
  })

  it('lists a post that is too large for the server and goes on', async () => {
    await write({ 'a.md': '# A', 'b.md': `# B\n\n${'b'.repeat(999_900)}`, 'c.md': '# C' })
    server.refuseLarge = true
    expect(await run()).toBe(1)
    expect(lines.slice(-2)).toEqual([
      '  b.md: 413 Refused',
      'Posts: 2 created, 0 there already, 0 deleted since, 1 not imported',
    ])
  })
})
