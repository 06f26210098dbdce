import * as z from 'zod'
import { seedPosts, seedReferences, signIn, tenantIdOf } from './data.ts'
import { hosts, type Runtime } from './runtime.ts'
import { shortBody, shortHtml } from './text.ts'

/** Rows that a request reads at each size of the tenant. */
export interface RowsRead {
  readonly request: string
  readonly rows: readonly number[]
  /** Whether the largest tenant costs what the smallest does. */
  readonly isFlat: boolean
}

/** The sizes of a tenant that are compared, in posts. */
export const sizes = [1_000, 10_000, 100_000] as const

const TENANT = 'acme'
const PAGES_WALKED = 5
/** A page may end at another row and so join other rows; that is no growth with the table. */
const SLACK = 1.1

interface Probe {
  readonly name: string
  readonly path: string
  /** Whether the page after five others is asked for. */
  readonly isDeep?: boolean
  readonly isAdmin?: boolean
}

const probes: readonly Probe[] = [
  { name: 'by slug', path: '-by-slug/post-501' },
  { name: 'list', path: '?limit=20' },
  { name: 'list, sixth page', path: '?limit=20', isDeep: true },
  { name: 'list of every status', path: '?limit=20', isAdmin: true },
  { name: 'list by status', path: '?limit=20&status=draft', isAdmin: true },
  { name: 'list by category', path: '?limit=20&category=category-3' },
  { name: 'list by author', path: '?limit=20&author=author-3' },
  { name: 'list by tag', path: '?limit=20&tag=tag-3' },
  { name: 'list by beginning of the title', path: '?limit=20&q=post+number+5' },
]

/** Lets a tenant grow and counts what the same requests read at each size. */
export async function compareRows(runtime: Runtime): Promise<RowsRead[]> {
  const tenantId = await tenantIdOf(runtime, TENANT)
  await seedReferences(runtime, tenantId)
  const counts = probes.map((): number[] => [])
  let from = 0
  for (const to of sizes) {
    await seedPosts(runtime, tenantId, { from, to, body: shortBody, html: shortHtml })
    from = to
    const admin = await signIn(runtime, TENANT, 'admin')
    for (const [index, probe] of probes.entries()) {
      counts[index]?.push(await rowsRead(runtime, probe, probe.isAdmin ? admin : {}))
    }
  }
  return probes.map(({ name }, index) => {
    const rows = counts[index] ?? []
    return { request: name, rows, isFlat: Math.max(...rows) <= Math.min(...rows) * SLACK }
  })
}

const pageSchema = z.object({ nextCursor: z.string().nullable() })

async function rowsRead(
  { send }: Runtime,
  { path, isDeep }: Probe,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const url = `http://${TENANT}.${hosts.uncached}/api/v1/blog/posts${path}`
  let answer = await send({ url, headers, status: 200 })
  for (let page = 0; isDeep && page < PAGES_WALKED; page++) {
    const { nextCursor } = pageSchema.parse(JSON.parse(answer.text))
    answer = await send({ url: `${url}&cursor=${nextCursor ?? ''}`, headers, status: 200 })
  }
  const told = /db-rows-read;desc="(\d+)"/.exec(answer.headers.get('server-timing') ?? '')
  return Number(told?.[1])
}
