import { createClient } from '@libsql/client/web'
import { beforeAll, expect, it } from 'vitest'
import { ensureSqld, startSqld } from '../../scripts/sqld.ts'

const DOWNLOAD_MS = 180_000

beforeAll(() => ensureSqld(), DOWNLOAD_MS)

it('starts an empty libSQL server that answers, and ends it', async () => {
  const sqld = await startSqld()
  const client = createClient({ url: sqld.url })
  try {
    await client.batch(['CREATE TABLE note (text)', "INSERT INTO note VALUES ('kept')"], 'write')
    const { rows } = await client.execute('SELECT text FROM note')
    expect(rows.map((row) => row['text'])).toEqual(['kept'])
  } finally {
    await sqld.stop()
  }
  await expect(fetch(`${sqld.url}/health`)).rejects.toThrow('fetch failed')
})

it('gives each server a database of its own', async () => {
  const servers = await Promise.all([startSqld(), startSqld()])
  try {
    const [one, other] = servers.map(({ url }) => createClient({ url }))
    await one?.execute('CREATE TABLE note (text)')
    await expect(other?.execute('SELECT * FROM note')).rejects.toThrow('no such table')
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
})
