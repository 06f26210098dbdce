import createClient from 'openapi-fetch'
import type { paths } from './.generated/api.ts'

/** How a program reaches the API. */
export interface Access {
  readonly origin: string
  readonly tenant: string
  readonly token: string
}

const clientOf = ({ origin, tenant, token }: Access) =>
  createClient<paths>({
    baseUrl: origin,
    headers: { 'X-Tenant-ID': tenant, Authorization: `Bearer ${token}` },
  })

/** The titles of every post, page by page. */
export async function listTitles(access: Access, limit: number): Promise<string[]> {
  const client = clientOf(access)
  const titles: string[] = []
  let cursor: string | undefined
  do {
    const { data, error } = await client.GET('/api/v1/blog/posts', {
      params: { query: { limit, ...(cursor === undefined ? {} : { cursor }) } },
    })
    if (error !== undefined) throw new Error(error.code)
    titles.push(...data.items.map((post) => post.title))
    cursor = data.nextCursor ?? undefined
  } while (cursor !== undefined)
  return titles
}

/** Writes a post with what must be sent alone, and publishes it. Answers the status. */
export async function write(access: Access, title: string): Promise<number> {
  const client = clientOf(access)
  const body = { title, body: 'Written by a typed client.' }
  const { data, error } = await client.POST('/api/v1/blog/posts', { body })
  if (error !== undefined) throw new Error(error.code)
  const { response } = await client.POST('/api/v1/blog/posts/{id}/publish', {
    params: { path: { id: data.id }, header: { 'If-Match': `"${data.version}"` } },
  })
  return response.status
}

/** Renames a post, where nobody has changed it since it was read. Answers the status. */
export async function rename(access: Access, slug: string, title: string): Promise<number[]> {
  const client = clientOf(access)
  const read = await client.GET('/api/v1/blog/posts-by-slug/{slug}', { params: { path: { slug } } })
  if (read.error !== undefined) throw new Error(read.error.code)
  const etag = read.response.headers.get('etag') ?? ''
  const send = (text: string) =>
    client.PATCH('/api/v1/blog/posts/{id}', {
      params: { path: { id: read.data.id }, header: { 'If-Match': etag } },
      body: { title: text },
    })
  const fresh = await send(title)
  const stale = await send('Overwritten unseen')
  return [fresh.response.status, stale.response.status]
}

const access: Access = {
  origin: process.env['ORIGIN'] ?? '',
  tenant: process.env['TENANT'] ?? '',
  token: process.env['TOKEN'] ?? '',
}
const titles = await listTitles(access, 2)
const statuses = await rename(access, process.env['SLUG'] ?? '', 'Renamed by a typed client')
const written = await write(access, 'By a typed client')
process.stdout.write(JSON.stringify({ titles, statuses, written }))
