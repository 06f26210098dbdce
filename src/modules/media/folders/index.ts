export { findFolder } from './repo.ts'
export { folders } from './tables.ts'
