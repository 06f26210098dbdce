export { altOf } from './domain.ts'
export { loadPictures } from './service/load-pictures.ts'
export type { Picture, ReadPicture } from './types.ts'
