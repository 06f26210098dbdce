import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { createIsolate } from '../../src/app/isolate.ts'
import { seed } from '../../src/app/lifecycle/seed.ts'
import { truncate } from '../../src/app/lifecycle/truncate.ts'
import type { WrapDriver } from '../../src/app/shards.ts'
import { PASSWORD } from '../support/world.ts'

const start = (wrapDriver?: WrapDriver) =>
  seed(createIsolate(env, undefined, wrapDriver), 'dev', PASSWORD)

/** A database that is gone after one write. */
const goneAfterOneWrite = (): WrapDriver => {
  let writes = 0
  return (real) => ({
    batch(statements, mode) {
      if (mode === 'write') writes += 1
      if (writes > 1) throw new Error('stopped')
      return real.batch(statements, mode)
    },
  })
}

const textsOf = async (sql: string): Promise<unknown[]> => {
  const { results } = await env.DB.prepare(sql).all<{ text: string }>()
  return results.map(({ text }) => text)
}

const titles = () => textsOf('SELECT title AS text FROM blog_post_translations ORDER BY title')
const addresses = () =>
  textsOf("SELECT email AS text FROM users WHERE status <> 'deleted' ORDER BY email")

beforeEach(() => truncate(createIsolate(env)))

describe('a seed that is done again', () => {
  it('doubles no post that has another slug since, and brings none back', async () => {
    await start()
    const [first, second] = await textsOf('SELECT post_id AS text FROM blog_post_translations')
    await env.DB.batch([
      env.DB.prepare("UPDATE blog_post_translations SET slug = 'renamed' WHERE post_id = ?").bind(
        first,
      ),
      env.DB.prepare('DELETE FROM blog_post_translations WHERE post_id = ?').bind(second),
      env.DB.prepare('DELETE FROM blog_post_tags WHERE post_id = ?').bind(second),
      env.DB.prepare('DELETE FROM blog_posts WHERE id = ?').bind(second),
    ])
    const before = await titles()
    expect(before).toHaveLength(11)
    await start()
    expect(await titles()).toEqual(before)
  })

  it('makes nobody again who has another address, or was deleted', async () => {
    const [demo] = await start()
    expect(demo?.users).toHaveLength(3)
    await env.DB.batch([
      env.DB.prepare("UPDATE users SET email = 'max@demo.example' WHERE email = ?").bind(
        'manager@demo.example',
      ),
      env.DB.prepare("UPDATE users SET status = 'deleted', email = id WHERE email = ?").bind(
        'customer@demo.example',
      ),
    ])
    const before = await addresses()
    const [again] = await start()
    expect(await addresses()).toEqual(before)
    expect(again?.users).toEqual([{ email: 'admin@demo.example', role: 'admin' }])
  })

  it('ends whole when it was stopped after each of its writes', async () => {
    await start()
    const whole = [await titles(), await addresses()]
    await truncate(createIsolate(env))
    let stops = 0
    while (
      await start(goneAfterOneWrite()).then(
        () => false,
        () => true,
      )
    )
      stops += 1
    expect(stops).toBeGreaterThan(8)
    expect([await titles(), await addresses()]).toEqual(whole)
  })
})
