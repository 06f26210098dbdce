import { sha256Hex } from '../../../kernel/digest.ts'
import type { TransferRule } from '../../../kernel/module.ts'
import type { Deps } from '../../../ports/deps.ts'
import { tenantTables } from '../../commit/index.ts'
import { COMMIT_TABLES } from '../domain.ts'
import { type ColumnRow, findColumns, findReferences } from '../repo.ts'
import type { Catalogue, TransferTable } from '../types.ts'

/** All tables of tenants, asked of the manifests: those that an export has, and those that it has not. */
export async function readCatalogue(deps: Pick<Deps, 'db' | 'modules'>): Promise<Catalogue> {
  const rules: Readonly<Record<string, TransferRule<Deps>>> = Object.assign(
    {},
    ...deps.modules.map(({ transfers }) => transfers),
  )
  const reasons = new Map(Object.entries(COMMIT_TABLES))
  for (const [name, { leftOut }] of Object.entries(rules))
    if (leftOut !== undefined) reasons.set(name, leftOut)
  const names = (await tenantTables(deps)).map(({ name }) => name)
  const taken = names.filter((name) => !reasons.has(name))
  const [columns, references] = await Promise.all([
    deps.db.read(findColumns(taken)),
    deps.db.read(findReferences(taken)),
  ])
  const tables = taken.map((name) => {
    const own = columns.filter(({ table }) => table === name)
    const itself = references.filter(({ table }) => table === name)
    return tableOf(name, own, rules[name] ?? {}, itself)
  })
  const shapes = tables.map((table) => [table.name, table.key, table.columns])
  return {
    tables,
    leftOut: Object.fromEntries(names.flatMap((name) => entryOf(name, reasons.get(name)))),
    schema: await sha256Hex(JSON.stringify(shapes)),
  }
}

/** The entry of a reason, where there is one. */
export function entryOf(name: string, reason: string | undefined): [string, string][] {
  return reason === undefined ? [] : [[name, reason]]
}

/** A table with its columns as exports see it. */
export function tableOf(
  name: string,
  all: readonly ColumnRow[],
  { made = {}, objectKeys = [], json = [] }: TransferRule<Deps>,
  references: readonly { readonly name: string }[],
): TransferTable {
  const own = all
    .filter((column) => column.name !== 'tenant_id')
    .sort((one, other) => one.place - other.place)
  return {
    name,
    key: own
      .filter(({ pk }) => pk > 0)
      .sort((one, other) => one.pk - other.pk)
      .map((column) => column.name),
    columns: own
      .filter((column) => !Object.hasOwn(made, column.name))
      .map(({ name: column, type, notnull }) => ({
        name: column,
        type,
        isRequired: notnull === 1,
      })),
    made,
    objectKeys,
    json,
    references: references.map((column) => column.name),
  }
}
