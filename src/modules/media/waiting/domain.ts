import { storageKey } from '../../../kernel/storage-key.ts'
import type { Waiting } from './types.ts'

/**
 * The key of the bytes behind the last part, as one request has left them. Each has its own, so that one
 * that was overtaken changes nothing; what nobody names any more goes as a stray.
 */
export function restKey(
  tenantId: string,
  { id, createdAt }: Pick<Waiting, 'id' | 'createdAt'>,
  epoch: number,
): string {
  return storageKey({ tenantId, id, at: createdAt, extension: `t${epoch}` })
}
