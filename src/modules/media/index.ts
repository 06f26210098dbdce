export { mediaModule } from './module.ts'
export { type FileRequest, type Served, serveFile } from './serving/index.ts'
