export { publishEverywhere } from './service/publish-due.ts'
