export { type Import, type Present, findPresent, insertImports } from './repo.ts'
