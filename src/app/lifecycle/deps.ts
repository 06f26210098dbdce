import type { Deps } from '../../ports/deps.ts'
import type { Isolate } from '../isolate.ts'

/** The ports of work that no request asked for. */
export function depsOf(isolate: Isolate): Deps {
  const db = isolate.openDatabase()
  return { ...isolate.shared, db, tenants: isolate.tenantsOf(db) }
}
