export { eraseInvitations } from './repo.ts'
