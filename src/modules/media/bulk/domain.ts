import { AppError, invalid } from '../../../kernel/errors.ts'
import { limits } from '../../../kernel/limits.ts'
import { type Asset, tagsOf } from '../assets/index.ts'
import type { BulkAction, BulkInput } from './schemas.ts'
import type { BulkState, Refusal } from './types.ts'

/** What each action needs, as it does on one asset. */
export const PERMISSIONS: Readonly<Record<BulkAction, string>> = {
  move: 'media:update',
  tag: 'media:update',
  untag: 'media:update',
  visibility: 'media:update',
  trash: 'media:delete',
  restore: 'media:delete',
  purge: 'media:purge',
}

/** What an operation makes of an asset; undefined when the asset is so already. Throws 422 for too many tags. */
export function patchOf(
  { action, folderId = null, tags = [], visibility }: BulkInput,
  asset: Asset,
): (Partial<Pick<Asset, 'folderId' | 'visibility'>> & { tags?: string[] }) | undefined {
  if (action === 'move') return asset.folderId === folderId ? undefined : { folderId }
  if (action === 'visibility')
    return visibility === undefined || asset.visibility === visibility ? undefined : { visibility }
  const named = tagsOf(tags)
  const left = asset.tags.filter((tag) => !named.includes(tag))
  const wanted = action === 'tag' ? tagsOf([...asset.tags, ...named]) : left
  if (wanted.length > limits.media.tags) throw invalid('/tags', 'are too many for the asset')
  return wanted.length === asset.tags.length ? undefined : { tags: wanted }
}

/** A refusal as the operation tells it; undefined for what is no answer to anybody. */
export function refusalOf(assetId: string, error: unknown): Refusal | undefined {
  if (!(error instanceof AppError) || error.definition.status >= 500) return undefined
  return { assetId, code: error.definition.code, detail: error.message }
}

/** The state after some more assets. */
export function advanced(
  before: BulkState,
  position: BulkState['position'],
  outcomes: readonly (Refusal | undefined)[],
): BulkState {
  const fresh = outcomes.filter((outcome) => outcome !== undefined)
  return {
    position,
    done: before.done + outcomes.length - fresh.length,
    refused: before.refused + fresh.length,
    refusals: [...before.refusals, ...fresh].slice(0, limits.media.bulk.refusals),
  }
}
