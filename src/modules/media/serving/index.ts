export { serveFile } from './service/serve-file.ts'
export type { FileRequest, Served } from './types.ts'
