import type { MadeValue } from '../../kernel/module.ts'
import type { SqlValue } from '../../kernel/statement.ts'
import type { Deps } from '../../ports/deps.ts'

/** A column as the database has it. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
}

/** A table as exports and imports see it, without `tenant_id`. */
export interface TransferTable {
  readonly name: string
  /** The rest of the primary key, in its order; none for a table with one row a tenant. */
  readonly key: readonly string[]
  /** Those that an export has. */
  readonly columns: readonly Column[]
  /** Those that an import makes. */
  readonly made: Readonly<Record<string, MadeValue<Deps>>>
  readonly objectKeys: readonly string[]
  readonly json: readonly string[]
  /** Columns that refer to rows of the table itself. */
  readonly references: readonly string[]
  /** By which rows are of a person, where only those are wanted. */
  readonly links?: readonly PersonLink[]
}

/** A column by which rows are of a person; those of another table by the links of that one. */
export interface PersonLink {
  readonly column: string
  readonly is: 'user' | 'email' | { readonly rowOf: string; readonly links: readonly PersonLink[] }
  readonly withholds: readonly string[]
}

/** Somebody who has an account. */
export interface Person {
  readonly userId: string
  readonly email: string
}

/** All that an export has, and what it leaves out. */
export interface Catalogue {
  /** Children first. */
  readonly tables: readonly TransferTable[]
  /** Reasons by table. */
  readonly leftOut: Readonly<Record<string, string>>
  /** SHA-256 of the tables with their columns: an import takes files of the same schema alone. */
  readonly schema: string
}

/** A row by column, without `tenant_id`. */
export type TransferRow = Readonly<Record<string, SqlValue>>
