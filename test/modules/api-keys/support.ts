import { env } from 'cloudflare:workers'
import { type Isolate, createIsolate } from '../../../src/app/isolate.ts'
import type { NewKeyDto } from '../../../src/modules/api-keys/schemas.ts'
import type { CallOptions, Role, World } from '../../support/world.ts'

/** A program that calls with an API key. */
export interface Program {
  readonly id: string
  readonly key: string
  fetch(method: string, path: string, options?: CallOptions): Promise<Response>
  graphql(query: string, variables?: Record<string, unknown>): Promise<GraphqlCodes>
}

/** What GraphQL answers a program. */
interface GraphqlCodes {
  readonly data: Record<string, unknown> | null
  readonly codes: readonly string[]
}

/** Makes a key as the user of a role. */
export async function makeKey(
  world: World,
  body: Readonly<Record<string, unknown>> = {},
  by: Role = 'admin',
): Promise<NewKeyDto> {
  const client = await world.as(by)
  const scopes = ['posts:create', 'posts:read', 'posts:update', 'users:read']
  return client.json<NewKeyDto>('POST', '/api/v1/keys', {
    body: { name: 'Import', scopes, ...body },
  })
}

/** A program with a key that the user of a role has made. */
export async function programOf(
  world: World,
  body: Readonly<Record<string, unknown>> = {},
  by: Role = 'admin',
): Promise<Program> {
  const { id, key } = await makeKey(world, body, by)
  return { id, ...withKey(world, key) }
}

/** A program with that key. */
export function withKey(world: World, key: string): Omit<Program, 'id'> {
  const send: Program['fetch'] = (method, path, options = {}) =>
    world.anonymous.fetch(method, path, {
      ...options,
      headers: { authorization: `Bearer ${key}`, ...options.headers },
    })
  return {
    key,
    fetch: send,
    async graphql(query, variables = {}) {
      const response = await send('POST', '/graphql', { body: { query, variables } })
      const answer = await response.json<{
        data?: Record<string, unknown> | null
        code?: string
        errors?: { extensions?: { code: string } }[]
      }>()
      const codes = answer.errors?.map(({ extensions }) => extensions?.code ?? '') ?? []
      return { data: answer.data ?? null, codes: answer.code ? [answer.code] : codes }
    },
  }
}

/** Status and code of an answer. */
export async function outcomeOf(response: Response): Promise<string> {
  const text = await response.text()
  if (response.ok) return String(response.status)
  const { code }: { code?: string } = JSON.parse(text)
  return `${response.status} ${code ?? ''}`
}

/** Database round trips of an answer. */
export function tripsOf(response: Response): number {
  return Number(/db-trips;desc="(\d+)"/.exec(response.headers.get('server-timing') ?? '')?.[1])
}

let posts = 0

/** A post with a title that no other has. */
export function newPost() {
  posts += 1
  return { body: { title: `Post ${posts}`, body: 'Text' } }
}

/** The instant so many milliseconds from the world's. */
export function later(world: World, milliseconds: number): string {
  return new Date(world.clock.now() + milliseconds).toISOString()
}

export const DAY = 86_400_000

/** An isolate of its own memory over the world's storage and clock. */
export function anotherIsolate(world: World): Isolate {
  const settings = { EVENTS_TRANSPORT: 'inline', EVENTS_NUDGE: 'false' }
  return createIsolate({ ...env, ...settings }, world.clock)
}
