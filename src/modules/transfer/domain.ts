import { sha256Hex } from '../../kernel/digest.ts'
import { limits } from '../../kernel/limits.ts'
import type { SqlValue } from '../../kernel/statement.ts'
import { fileOfKey, isStorageKey } from '../../kernel/storage-key.ts'
import type { Files, Manifest, Part } from './schemas.ts'
import type { Column, TransferRow, TransferTable } from './types.ts'

/** Why no export has what commits leave behind. */
export const COMMIT_TABLES: Readonly<Record<string, string>> = {
  idempotency_keys: 'answers to requests that were made here',
  outbox: 'events that are delivered here',
  inbox: 'events that were delivered here',
  job_attempts: 'work of this deployment',
  jobs: 'work of this deployment',
  audit_heads: 'the chain is this tenant’s own',
  audit_log: 'sealed for this tenant; `audit:export` gives it',
}

/** What a tenant has from its making, and an import puts its own in the place of. */
export const DEFAULTS: readonly string[] = [
  'role_permissions',
  'roles',
  'tenant_modules',
  'tenant_locales',
]

/** Folders of a tenant's objects that no export has: of events, and of exports themselves. */
const OWN_FOLDERS = ['events/', 'exports/', 'imports/']

/** The folder of an export in the store. */
export function folderOf(ownerId: string, exportId: string): string {
  return `${ownerId}/exports/${exportId}/`
}

/** The file of a part of a table. */
export function fileOf(table: string, part: number): string {
  return `${table}/${String(part).padStart(6, '0')}.ndjson`
}

/** A table that is complete. */
export async function filesOf(name: string, parts: readonly Part[]): Promise<Files> {
  return {
    name,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    sha256: await sha256Hex(parts.map(({ sha256 }) => sha256).join('\n')),
    parts: [...parts],
  }
}

/** How many of the rows fit into a file; one at least. */
export function fittingRows(sizes: readonly number[]): number {
  let sum = 0
  const over = sizes.findIndex((size) => (sum += size) > limits.transfer.characters)
  return over < 0 ? sizes.length : Math.max(1, over)
}

/** Lines of JSON. */
export function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** A row as an export has it: keys of objects without the tenant's id. */
export function exportedRow(table: TransferTable, row: TransferRow, tenantId: string): TransferRow {
  if (table.objectKeys.length === 0) return row
  const prefix = `${tenantId}/`
  const keys = table.objectKeys.map((column) => {
    const key = row[column]
    return [
      column,
      typeof key === 'string' && key.startsWith(prefix) ? key.slice(prefix.length) : key,
    ]
  })
  return { ...row, ...Object.fromEntries(keys) }
}

/** Reads a line as a row of the table in the tenant; undefined for one that does not fit. */
export function importedRow(
  table: TransferTable,
  line: unknown,
  tenantId: string,
): TransferRow | undefined {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return undefined
  const row = new Map<string, unknown>(Object.entries(line))
  if (row.size !== table.columns.length) return undefined
  const values: [string, SqlValue][] = []
  for (const column of table.columns) {
    const value = row.get(column.name)
    if (!fits(column, value)) return undefined
    const isKey = table.objectKeys.includes(column.name) && value !== null
    if (isKey && !isObjectKey(value)) return undefined
    if (table.json.includes(column.name) && !isJson(value)) return undefined
    values.push([column.name, isKey ? `${tenantId}/${value}` : value])
  }
  return Object.fromEntries(values)
}

/** Whether an object of a tenant may have the key below the tenant's id. */
export function isObjectKey(key: unknown): boolean {
  return typeof key === 'string' && isExported(key) && isStorageKey(`t/${key}`)
}

/** Whether an export has the object, by its key below the tenant's id; variants are made anew. */
export function isExported(key: string): boolean {
  if (fileOfKey(`t/${key}`)?.isDerived) return false
  return !OWN_FOLDERS.some((folder) => key.startsWith(folder))
}

function fits({ type, isRequired }: Column, value: unknown): value is SqlValue {
  if (value === null) return !isRequired
  if (type === 'TEXT') return typeof value === 'string'
  return typeof value === 'number' && (type === 'REAL' || Number.isSafeInteger(value))
}

function isJson(value: unknown): boolean {
  if (typeof value !== 'string') return value === null
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null
  } catch {
    return false
  }
}

/** A piece of an import that is done or not; it bears being done twice. */
export type Step =
  | { readonly kind: 'check' | 'load' | 'refer'; readonly files: Files; readonly part: number }
  | {
      readonly kind: 'check-objects' | 'copy-objects'
      readonly files: Files
      readonly part: number
    }
  | { readonly kind: 'begin' | 'end' }

/** What an import does: it looks at everything before it writes anything. */
export function stepsOf(manifest: Manifest, tables: readonly TransferTable[]): Step[] {
  const { objects } = manifest
  // What others refer to comes first.
  const files = tables
    .toReversed()
    .flatMap(({ name }) => manifest.tables.find((each) => each.name === name) ?? [])
  const selfish = files.filter(({ name }) =>
    tables.some((table) => table.name === name && table.references.length > 0),
  )
  return [
    ...files.flatMap((each) => partsOf('check', each)),
    ...partsOf('check-objects', objects),
    { kind: 'begin' },
    ...partsOf('copy-objects', objects),
    ...files.flatMap((each) => partsOf('load', each)),
    ...selfish.flatMap((each) => partsOf('refer', each)),
    { kind: 'end' },
  ]
}

function partsOf<Kind extends Exclude<Step['kind'], 'begin' | 'end'>>(kind: Kind, files: Files) {
  return files.parts.map((_, part) => ({ kind, files, part }))
}
