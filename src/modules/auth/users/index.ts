export { userCreated } from './events.ts'
