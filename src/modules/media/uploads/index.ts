export { tooLarge } from './domain.ts'
export { type UploadInput, uploadQuery } from './schemas.ts'
export { createAsset } from './service/create-asset.ts'
export type { UploadDeps } from './service/upload-file.ts'
