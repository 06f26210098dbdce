import { describe } from 'vitest'
import type { Storage } from '../../src/ports/storage.ts'
import { listContract } from './storage-list.contract.ts'
import { multipartContract } from './storage-multipart.contract.ts'
import { objectContract } from './storage-object.contract.ts'
import { signingContract } from './storage-signing.contract.ts'

/** What the storage port promises, whatever keeps the objects; others may lie beside those of the tests. */
export function storageContract(name: string, open: () => Storage): void {
  describe(`the storage port on ${name}`, () => {
    objectContract(open)
    listContract(open)
    multipartContract(open)
    signingContract(open)
  })
}
