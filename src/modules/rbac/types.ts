import type { Role } from './schemas.ts'

/** A role as it is stored. */
export interface RoleRecord extends Role {
  /** Names the role in events. */
  readonly id: string
}
