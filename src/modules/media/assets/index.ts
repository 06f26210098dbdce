export { assetEvents, fileEvents } from './events.ts'
export type { MediaTypes } from './graphql.ts'
export { tagsOf } from './domain.ts'
export { findAsset, findAssets, insertAsset, insertFile, toAsset, updateAsset } from './repo.ts'
export {
  type AssetDto,
  assetFilter,
  assetSchema,
  fileName,
  linkBody,
  linkSchema,
  type LinkDto,
  visibility,
} from './schemas.ts'
export { presentAsset, presentFile } from './service/present.ts'
export { patchAsset, requireTarget, restoreAsset, trashAsset } from './service/change-asset.ts'
export { purgeAsset } from './service/purge-asset.ts'
export { assetsAfter } from './service/read-assets.ts'
export type { Asset, AssetFile, Visibility } from './types.ts'
