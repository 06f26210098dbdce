import type { Seed } from '../../kernel/module.ts'
import type { Deps } from '../../ports/deps.ts'
import { importPosts } from './posts/service/import-posts.ts'

/** Set by `[define]` in wrangler.toml; false in production, where nobody can seed. */
declare const DEV_DOORS: boolean

/** Demo posts for development, which the bundle of production lacks; other profiles start empty. */
export const seedBlog: Seed<Deps> = async (deps, ctx, profile) => {
  if (DEV_DOORS && profile === 'dev')
    await importPosts(deps, ctx, { items: demoPosts(ctx.tenant.name) })
}

const DAY = 86_400_000
const FIRST = Date.UTC(2026, 0, 5, 9)

interface Demo {
  readonly title: string
  readonly author: string
  readonly category: string
  readonly tags: readonly string[]
  readonly body: string
}

/** A tenant's demo posts, a week apart; the texts name the tenant, so that mixing would show. */
function demoPosts(tenant: string) {
  return demos(tenant).map((demo, index) => ({
    source: `demo/${index}`,
    title: demo.title,
    body: demo.body,
    author: { name: demo.author },
    category: demo.category,
    tags: demo.tags,
    publishedAt: new Date(FIRST + index * 7 * DAY).toISOString(),
  }))
}

function demos(tenant: string): Demo[] {
  return [
    {
      title: `Welcome to ${tenant}`,
      author: 'Ada Lindqvist',
      category: 'News',
      tags: ['welcome', 'start'],
      body: `# Hello\n\nThis is the first post of **${tenant}**. It is written in Markdown and kept as safe HTML.\n\n- Read it over REST or GraphQL.\n- Edit it with an \`If-Match\` header.\n- Watch the feed change.\n`,
    },
    {
      title: 'How a post travels',
      author: 'Ada Lindqvist',
      category: 'Guides',
      tags: ['start', 'editing'],
      body: 'A post begins as a **draft**. It is *published* at once or at an instant of your choice, and it can be archived and restored.\n\n| from | action | to |\n|---|---|---|\n| draft | publish | published |\n| published | unpublish | draft |\n| published | archive | archived |\n| archived | restore | draft |\n',
    },
    {
      title: 'Writing in two languages',
      author: 'Noor Haddad',
      category: 'Guides',
      tags: ['editing', 'locales'],
      body: 'Each post has one text per locale. A reader gets the best one:\n\n1. the locale that was asked for,\n2. its fallbacks,\n3. the default locale.\n\nThe answer says which one it is.\n',
    },
    {
      title: 'Caching without surprises',
      author: 'Noor Haddad',
      category: 'Engineering',
      tags: ['performance'],
      body: '> A warm public read asks the database nothing.\n\nThe `Server-Timing` header of every answer tells how many round trips it took.\n\n```http\nGET /api/v1/blog/posts HTTP/1.1\nX-Tenant-ID: demo\n```\n',
    },
    {
      title: 'Two editors, one post',
      author: 'Jun Park',
      category: 'Engineering',
      tags: ['editing', 'performance'],
      body: 'Both open version 3. The first saves and makes version 4. The second sends `If-Match: "3..."` and is told `412`: nothing is overwritten unseen.\n',
    },
    {
      title: `What ${tenant} plans next`,
      author: 'Jun Park',
      category: 'News',
      tags: ['welcome'],
      body: 'Ideas are collected in the open. ~~Later~~ Soon there is more to read here.\n',
    },
  ]
}
