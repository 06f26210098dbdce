export { addressSuppressed } from './events.ts'
export { keepSuppression } from './repo.ts'
export { addressSchema } from './schemas.ts'
export type { SuppressionReason } from './types.ts'
