export { blogModule } from './module.ts'
