import {
  type Database,
  DatabaseError,
  type DatabaseStats,
  type Gate,
  PRIMARY_SHARD,
  type Shards,
  type SqlDriver,
} from '../../ports/database.ts'
import { type DatabaseOptions, openDatabase } from './request-database.ts'

/** The databases behind the drivers, each under the name of its shard. */
export function createShards(
  drivers: ReadonlyMap<string, SqlDriver>,
  options: Omit<DatabaseOptions, 'gates'>,
): Shards {
  const others = [...drivers.keys()].filter((name) => name !== PRIMARY_SHARD).sort()
  const names = [PRIMARY_SHARD, ...others]
  const open = (shard: string, gates: readonly Gate[]): Database => {
    const driver = drivers.get(shard)
    if (driver) return openDatabase(driver, { ...options, gates })
    const cause = new Error(`this deployment has no database for the shard "${shard}"`)
    throw new DatabaseError({ kind: 'unavailable' }, cause)
  }
  const openUngated = (shard: string) => open(shard, [])
  return {
    names,
    open,
    openUngated,
    openAll: () =>
      others.length === 0 ? openUngated(PRIMARY_SHARD) : unite(names.map(openUngated)),
  }
}

/** Several databases asked at once; what the first of them has wins. */
function unite(databases: readonly Database[]): Database {
  return {
    async read(query) {
      return (await Promise.all(databases.map((database) => database.read(query)))).flat()
    },
    /** A shard that is down hides its own rows and no others. */
    async first(query) {
      const answers = await Promise.allSettled(databases.map((database) => database.first(query)))
      const found = answers.find(
        (answer) => answer.status === 'fulfilled' && answer.value !== undefined,
      )
      const answer = found ?? answers.find(({ status }) => status === 'rejected')
      if (answer?.status === 'rejected') throw answer.reason
      return answer?.value
    },
    write: () => Promise.reject(new DatabaseError({ kind: 'fatal' })),
    bookkeep: () => Promise.reject(new DatabaseError({ kind: 'fatal' })),
    confirm: () => Promise.resolve(),
    stats: () => databases.map((database) => database.stats()).reduce(alongside),
  }
}

/** Trips that leave at the same time are one to whoever waits. */
function alongside(left: DatabaseStats, right: DatabaseStats): DatabaseStats {
  return {
    roundTrips: Math.max(left.roundTrips, right.roundTrips),
    rowsRead: left.rowsRead + right.rowsRead,
    rowsWritten: left.rowsWritten + right.rowsWritten,
  }
}
