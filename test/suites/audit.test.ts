import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import type { Client } from '../support/world.ts'
import { type House, createHouse } from './support/house.ts'
import { operations, send, withExample } from './support/operations.ts'

/** Writes that leave another number of entries than one, and why. */
const EXCEPTIONS: Readonly<Record<string, { readonly entries: number; readonly because: string }>> =
  {
    explain: { entries: 0, because: 'answers why and changes nothing' },
    run_cache_warm: { entries: 0, because: 'fills a cache and changes nothing' },
    run_cleanup: { entries: 0, because: 'sweeps what is too old; jobs and runs tell of it' },
    run_auth_cleanup: { entries: 0, because: 'sweeps as run_cleanup does' },
    run_blog_publish_due: { entries: 0, because: 'finds nothing that is due' },
    run_media_purge_trash: { entries: 0, because: 'finds nothing that is due' },
    createMediaTusUpload: { entries: 0, because: 'makes room; the asset is audited' },
    appendMediaTusUpload: { entries: 0, because: 'brings bytes; the asset is audited' },
    endMediaTusUpload: { entries: 0, because: 'gives up what nobody has seen' },
    createMediaDirectUpload: { entries: 0, because: 'makes room; the asset is audited' },
    createMediaLink: { entries: 0, because: 'signs and changes nothing' },
    run_rbac_sync: { entries: 0, because: 'finds nothing that a role lacks' },
    run_mail_doctor: { entries: 0, because: 'asks and changes nothing' },
    run_audit_verify: { entries: 0, because: 'reads' },
  }

let house: House

beforeAll(async () => {
  house = await createHouse()
})

/** An entry of a request, whichever tenant it is of. */
interface Entry {
  readonly actorKind: string
  readonly actorId: string | null
  readonly action: string
  readonly targetType: string
  readonly targetId: string
  readonly mac: string
}

const writes = operations
  .filter(({ route }) => route.method !== 'get')
  .map((mounted) => [mounted.route.operationId, mounted] as const)

describe('D10: every write over REST leaves exactly one entry in the audit log', () => {
  it.each(writes)('%s', async (operationId, mounted) => {
    const own = operationId === 'logout' ? await createHouse() : house
    await withExample(own, operationId, async (example) => {
      const requestId = `${own.home.slug}-${own.number()}`
      const response = await send(mounted, example, { headers: { 'x-request-id': requestId } })
      expect(response.ok, await response.text()).toBe(true)
      const entries = await entriesOf(own, requestId)
      expect(entries.map(({ action }) => action)).toHaveLength(
        EXCEPTIONS[operationId]?.entries ?? 1,
      )
      for (const entry of entries) {
        expect(entry.action).toMatch(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+){2}$/)
        expect([entry.targetType, entry.targetId, entry.mac]).not.toContain('')
        expect(`${entry.actorKind} ${entry.actorId}`).toMatch(actorOf(mounted, example.as))
      }
    })
  })

  it('has no exception that it does not need', () => {
    const names = writes.map(([operationId]) => operationId)
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.includes(name))).toEqual([])
  })
})

/** Whom an entry names: the caller; at a door that is open to everybody a user or nobody. */
function actorOf({ route }: MountedRoute, { userId }: Client): RegExp {
  const isOpen = route.access.kind === 'open' || route.access.kind === 'public'
  return isOpen || userId === undefined
    ? /^(user [0-9a-f-]{36}|anonymous null)$/
    : new RegExp(`^user ${userId}$`)
}

function entriesOf({ home }: House, requestId: string): Promise<Entry[]> {
  return home.rows(
    `SELECT actor_kind AS actorKind, actor_id AS actorId, action, target_type AS targetType,
      target_id AS targetId, mac FROM audit_log WHERE request_id = ?`,
    requestId,
  )
}
