export { assetEvents, fileEvents } from './assets/index.ts'
export { mediaModule } from './module.ts'
export {
  type FileRequest,
  type Served,
  pictureEvents,
  serveFile,
  serveVariant,
} from './serving/index.ts'
export { type Picture, type ReadPicture, altOf, loadPictures } from './pictures/index.ts'
export { refer, referenceRefusals } from './references/index.ts'
