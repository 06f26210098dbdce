import { describe } from 'vitest'
import type { SqlDriver } from '../../src/ports/database.ts'
import { batchContract } from './database-batch.contract.ts'
import { requestContract } from './database-request.contract.ts'

/**
 * What the database port promises, whatever engine is behind it. The engine has the schema of the
 * migrations and may hold the rows of other tests.
 */
export function databaseContract(name: string, openDriver: () => SqlDriver): void {
  describe(`the database port on ${name}`, () => {
    batchContract(openDriver)
    requestContract(openDriver)
  })
}
