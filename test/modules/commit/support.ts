import { modules } from '../../../src/app/modules.ts'
import { type FaultyDriver, createFaultyDriver } from '../../support/faulty-driver.ts'
import { type World, createWorld } from '../../support/world.ts'

/** A world over a database whose faults a test chooses. */
export interface FaultyWorld extends World {
  readonly driver: FaultyDriver
}

/** Makes a faulty world; `env` changes its configuration. */
export async function createFaultyWorld(env: Record<string, string> = {}): Promise<FaultyWorld> {
  let driver: FaultyDriver | undefined
  const world = await createWorld({
    env,
    wrapDriver: (real) => (driver = createFaultyDriver(real)),
  })
  if (!driver) throw new Error('the world has opened no driver')
  return { ...world, driver }
}

/** What a commit leaves behind in a tenant. */
export interface Traces {
  /** Every row of the modules' tables, as text. */
  readonly state: string
  readonly events: number
  readonly audits: number
  readonly keys: number
}

/** Reads what all commits have left behind in the world's tenant. */
export async function tracesOf(world: World): Promise<Traces> {
  const tables = modules.flatMap((module) => module.tables)
  const rowsOf = (table: string) => {
    const column = table === 'tenants' ? 'id' : 'tenant_id'
    return world.rows(`SELECT * FROM ${table} WHERE ${column} = ?`, world.tenantId)
  }
  const countOf = async (table: string) => (await rowsOf(table)).length
  const [state, events, audits, keys] = await Promise.all([
    Promise.all(tables.map(rowsOf)),
    countOf('outbox'),
    countOf('audit_log'),
    countOf('idempotency_keys'),
  ])
  return { state: JSON.stringify(state), events, audits, keys }
}

/** The ETag of an answer, for `If-Match`. */
export function tagOf(response: Response): string {
  return response.headers.get('etag') ?? ''
}
