export { addressesOf, imageOf, parsePicture, presetName, presetOf } from './domain.ts'
export type { PictureFacts, PictureFile } from './types.ts'
