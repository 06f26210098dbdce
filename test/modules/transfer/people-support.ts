import { sha256Hex } from '../../../src/kernel/digest.ts'
import type { Client, World } from '../../support/world.ts'
import { PASSWORD } from '../../support/world.ts'

/** An export of a user as the API tells it. */
export interface UserExport {
  readonly id: string
  readonly userId: string
  readonly state: string
  readonly error: string | null
  readonly manifest: {
    readonly person: string
    readonly leftOut: Readonly<Record<string, string>>
    readonly tables: readonly {
      readonly name: string
      readonly rows: number
      readonly parts: readonly { readonly rows: number; readonly sha256: string }[]
    }[]
  } | null
}

/** A person whose every trait is found nowhere else. */
export interface LivedPerson {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly token: string
  /** What nobody else has: what must be in an export, and gone after the end. */
  readonly traits: readonly string[]
}

let number = 0

/** Makes a person who leaves a trace in every kind of table, through the front door. */
export async function livePerson(world: World): Promise<LivedPerson> {
  const admin = await world.as('admin')
  const mark = `canary${world.slug}p${(number += 1)}`
  const email = `${mark}@people.example`
  const name = `Person ${mark}`
  const agent = `Browser ${mark}`
  const { id } = await admin.json<{ id: string }>('POST', '/api/v1/auth/users', {
    body: { email, name, password: PASSWORD, roles: ['manager'] },
  })
  const login = await world.anonymous.json<{ accessToken: string }>('POST', '/api/v1/auth/login', {
    body: { email, password: PASSWORD },
    headers: { 'user-agent': agent },
  })
  const token = login.accessToken
  await stepUp(world, token)
  const own = (method: string, path: string, body?: unknown, more = {}) =>
    world.anonymous.json<Record<string, string>>(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${token}`, 'user-agent': agent, ...more },
    })
  const title = `Post of ${mark}`
  await own('POST', '/api/v1/blog/posts', { title, body: `Text of ${mark}`, tags: [mark] })
  await own('POST', '/api/v1/keys', { name: `Key ${mark}`, scopes: ['posts:create'] })
  await own('PATCH', '/api/v1/auth/profile', { name: `New ${name}` }, { 'if-match': '*' })
  await world.anonymous.json('POST', '/api/v1/auth/password/forgotten', { body: { email } })
  await admin.json('PATCH', `/api/v1/auth/users/${id}`, {
    body: { name },
    headers: { 'if-match': '*' },
  })
  await admin.json('POST', '/api/v1/mail/suppressions', { body: { address: email } })
  await own('POST', '/api/v1/auth/email', { email: `next-${email}`, password: PASSWORD })
  await world.drain()
  return { id, email, name, token, traits: [email, name, agent] }
}

/** Lets the session of a token do what is sensitive. */
export async function stepUp(world: World, token: string): Promise<void> {
  await world.anonymous.json('POST', '/api/v1/auth/step-up', {
    body: { password: PASSWORD },
    headers: { authorization: `Bearer ${token}` },
  })
}

/** A client that shows the token. */
export function bearer(token: string): { headers: Readonly<Record<string, string>> } {
  return { headers: { authorization: `Bearer ${token}` } }
}

/** Exports a person to its end, as an administrator. */
export async function exportPerson(world: World, by: Client, id: string): Promise<UserExport> {
  await by.json('POST', `/api/v1/auth/users/${id}/export`)
  for (let round = 0; round < 10; round++) {
    await world.drain()
    const told = await by.json<UserExport>('GET', `/api/v1/auth/users/${id}/export`)
    if (told.state !== 'queued' && told.state !== 'running') return told
    world.clock.advance(120_000)
  }
  throw new Error('the export does not end')
}

/** The files of a tar archive by name. Throws for an archive that is none. */
export function untar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const text = (from: number, to: number) =>
    new TextDecoder().decode(bytes.subarray(from, to)).replace(/\0.*$/s, '')
  let at = 0
  let long: string | undefined
  while (bytes[at] !== 0) {
    if (text(at + 257, at + 262) !== 'ustar') throw new Error(`no header at ${at}`)
    const [name, size] = [text(at, at + 100), Number.parseInt(text(at + 124, at + 136), 8)]
    const body = bytes.slice(at + 512, at + 512 + size)
    const sum = bytes
      .slice(at, at + 512)
      .fill(0x20, 148, 156)
      .reduce((a, b) => a + b, 0)
    if (Number.parseInt(text(at + 148, at + 156), 8) !== sum) throw new Error('a wrong sum')
    if (bytes[at + 156] === 0x78) long = /path=(.*)\n/.exec(new TextDecoder().decode(body))?.[1]
    else {
      files.set(long ?? name, body)
      long = undefined
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
  if (bytes.length - at !== 1_024) throw new Error('no end')
  return files
}

/** The text of all files of an export, whose digests are those of its manifest. */
export async function textOf(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const read = (name: string) => new TextDecoder().decode(files.get(name))
  const manifest: NonNullable<UserExport['manifest']> = JSON.parse(read('manifest.json'))
  const texts: string[] = []
  for (const { name, parts } of manifest.tables)
    for (const [part, { sha256 }] of parts.entries()) {
      const text = read(`${name}/${String(part).padStart(6, '0')}.ndjson`)
      if ((await sha256Hex(text)) !== sha256) throw new Error(`${name} ${part} has another digest`)
      texts.push(text)
    }
  if (files.size !== texts.length + 1) throw new Error('there are files that nobody names')
  return texts.join('')
}
