export { fileEvents } from './events.ts'
export { tagsOf } from './domain.ts'
export { findAsset, insertAsset, insertFile, toAsset, updateAsset } from './repo.ts'
export {
  type AssetDto,
  assetSchema,
  fileName,
  linkBody,
  linkSchema,
  type LinkDto,
  visibility,
} from './schemas.ts'
export { presentAsset } from './service/present.ts'
export { requireTarget } from './service/change-asset.ts'
export type { Asset, AssetFile, Visibility } from './types.ts'
