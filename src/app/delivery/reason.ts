import { AppError } from '../../kernel/errors.ts'
import { DatabaseError } from '../../ports/database.ts'

/** Why something failed, in words for an operator: no input, no SQL, no secrets. */
export function reasonOf(error: unknown): string {
  if (error instanceof AppError) return `${error.definition.code}: ${error.definition.title}`
  if (error instanceof DatabaseError) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}` : `threw a ${typeof error}`
}
