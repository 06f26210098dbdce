import { env } from 'cloudflare:workers'
import { createUser } from '../../../src/modules/auth/index.ts'
import { endControl } from '../../support/no-control.ts'
import { type Client, PASSWORD, type Role, type World, createWorld } from '../../support/world.ts'

/** A tenant in which one of everything can be made, and the control tenant above it. */
export interface House {
  readonly home: World
  readonly control: World
  /** Every id, slug and host that was made in `home`: what another tenant must not reach. */
  readonly made: Set<string>
  /** A number that was not given out yet. */
  number(): number
  /** A text that nothing is called yet. */
  name(): string
  as(role: Role): Promise<Client>
  /** A super administrator of the control tenant. */
  operator(): Promise<Client>
}

/** What signs requests to the store beside the binding; nothing is sent there. */
const SIGNER = {
  STORAGE_ENDPOINT: 'https://store.example',
  STORAGE_BUCKET: 'files',
  STORAGE_ACCESS_KEY_ID: 'an-id',
  STORAGE_SECRET_ACCESS_KEY: 'a-secret-of-tests',
}

/** Makes a house; a control tenant of an earlier test file becomes an ordinary tenant. */
export async function createHouse(bindings: Record<string, unknown> = {}): Promise<House> {
  await endControl()
  // The clean-up asks for each tenant that is to be deleted: those of earlier tests would count.
  await env.DB.prepare("UPDATE tenants SET status = 'suspended' WHERE status = 'deleting'").run()
  const control = await createWorld({ isControl: true, env: { ...SIGNER, ...bindings } })
  const home = await createWorld({ env: { ...SIGNER, ...bindings } })
  let last = 0
  const number = () => (last += 1)
  return {
    home,
    control,
    made: new Set([home.tenantId, home.slug]),
    number,
    name: () => `thing-${number()}-${home.slug}`,
    as: (role) => home.as(role),
    operator: () => control.as('super_admin'),
  }
}

/** What the makers read of an answer. */
interface Made {
  readonly id: string
  readonly slug: string
  readonly version: number
}

/** Makes something and notes what identifies it. */
async function make(
  house: House,
  client: Client,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Made> {
  const thing = await client.json<Made>('POST', path, { body })
  house.made.add(thing.id).add(thing.slug)
  return thing
}

/** How a post is made. */
export interface PostWish {
  /** By whom; an administrator by default. */
  readonly by?: Role
  readonly publish?: boolean
  /** Also in German. */
  readonly translated?: boolean
  readonly body?: Readonly<Record<string, unknown>>
}

export async function makePost(house: House, wish: PostWish = {}): Promise<Made> {
  const client = await house.as(wish.by ?? 'admin')
  const title = house.name()
  const body = { title, body: 'Text', publish: wish.publish ?? false, ...wish.body }
  const post = await make(house, client, '/api/v1/blog/posts', body)
  if (wish.translated !== true) return post
  await addLocale(house, 'de')
  const path = `/api/v1/blog/posts/${post.id}/translations/de`
  const german = await client.json<Made>('PUT', path, {
    body: { title: `${title}-de`, body: 'Text' },
    headers: { 'if-match': '*' },
  })
  house.made.add(german.slug)
  return post
}

export async function makeAuthor(house: House): Promise<Made> {
  return make(house, await house.as('admin'), '/api/v1/blog/authors', { name: house.name() })
}

export async function makeCategory(house: House): Promise<Made> {
  const body = { names: { en: house.name() } }
  return make(house, await house.as('admin'), '/api/v1/blog/categories', body)
}

/** A tag that no post carries any more. */
export async function makeTag(house: House): Promise<Made> {
  const name = house.name()
  const admin = await house.as('admin')
  const post = await makePost(house, { body: { tags: [name] } })
  await admin.json('PATCH', `/api/v1/blog/posts/${post.id}`, {
    body: { tags: [] },
    headers: { 'if-match': '*' },
  })
  const { items } = await admin.json<{ items: Made[] }>('GET', '/api/v1/blog/tags?limit=100')
  const tag = items.find(({ slug }) => slug === name)
  if (!tag) throw new Error(`the tag ${name} is not in the list`)
  house.made.add(tag.id).add(tag.slug)
  return tag
}

/** A user with the role of a customer, made without the price of a hash. */
export async function makeUser(house: House): Promise<{ id: string; email: string }> {
  const email = `${house.name()}@people.example`
  const user = await createUser(house.home.deps(), await house.home.system(), {
    email,
    name: 'Someone',
    password: PASSWORD,
    roles: ['customer'],
  })
  house.made.add(user.id)
  return { id: user.id, email }
}

/** A session of a new user, by a real log-in. */
export async function makeSession(
  house: House,
): Promise<{ accessToken: string; refreshToken: string }> {
  const { email } = await makeUser(house)
  const body = { email, password: PASSWORD }
  return house.home.anonymous.json('POST', '/api/v1/auth/login', { body })
}

export async function makeHost(house: House): Promise<string> {
  const host = `${house.name()}.example`
  const admin = await house.as('admin')
  await admin.json('POST', '/api/v1/tenant/domains', { body: { host } })
  house.made.add(host)
  return host
}

/** A tenant that the operators have made. */
export async function makeTenant(house: House): Promise<Made> {
  const operator = await house.operator()
  const body = { slug: house.name(), name: 'Throw-away' }
  return make(house, operator, '/api/v1/tenants', body)
}

/** A schedule that runs on New Year's night. */
export async function makeSchedule(house: House): Promise<Made> {
  const body = { name: house.name(), cron: '15 3 1 1 *', task: 'events:redrive', missed: 'skip' }
  return make(house, await house.as('admin'), '/api/v1/schedules', body)
}

/** Gives the tenant a locale, of which it may have fifty. */
export async function makeLocale(house: House): Promise<string> {
  const number = house.number()
  const [first, second] = [Math.floor(number / 26) % 26, number % 26]
  const locale = `de-${String.fromCharCode(65 + first, 65 + second)}`
  await addLocale(house, locale)
  return locale
}

export async function addLocale(house: House, locale: string): Promise<void> {
  const admin = await house.as('admin')
  await admin.json('PUT', `/api/v1/tenant/locales/${locale}`, { body: {} })
}
