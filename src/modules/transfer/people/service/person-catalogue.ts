import { sha256Hex } from '../../../../kernel/digest.ts'
import type { SubjectRule } from '../../../../kernel/module.ts'
import type { Deps } from '../../../../ports/deps.ts'
import { tenantTables } from '../../../commit/index.ts'
import { findColumns } from '../../repo.ts'
import { entryOf, tableOf } from '../../service/catalogue.ts'
import type { Catalogue, PersonLink, TransferTable } from '../../types.ts'
import { COMMIT_SUBJECTS } from '../domain.ts'

type Rules = Readonly<Record<string, SubjectRule>>

/** What manifests say of the tables that name people. */
export function subjectRules({ modules }: Pick<Deps, 'modules'>): Rules {
  return Object.assign({}, COMMIT_SUBJECTS, ...modules.map(({ subjects }) => subjects))
}

/** The tables that name people, asked of the manifests, with what each is given of them. */
export async function readPersonCatalogue(deps: Pick<Deps, 'db' | 'modules'>): Promise<Catalogue> {
  const rules = subjectRules(deps)
  const names = (await tenantTables(deps)).map(({ name }) => name)
  const isGiven = (name: string) => rules[name] !== undefined && rules[name].leftOut === undefined
  const taken = names.filter(isGiven)
  const columns = await deps.db.read(findColumns(taken))
  const tables = taken.map((name) => {
    const secrets = rules[name]?.secrets ?? []
    const made = Object.fromEntries(secrets.map((secret) => [secret, null]))
    const own = columns.filter(({ table }) => table === name)
    return ownedBy(tableOf(name, own, { made }, []), linksOf(rules, name))
  })
  return {
    tables,
    leftOut: Object.fromEntries(names.flatMap((name) => entryOf(name, rules[name]?.leftOut))),
    schema: await sha256Hex(JSON.stringify(tables)),
  }
}

/** A key that nobody is given leads to no second page. */
function ownedBy(table: TransferTable, links: readonly PersonLink[]): TransferTable {
  const { key, made } = table
  const isSecret = key.some((column) => Object.hasOwn(made, column))
  return { ...table, key: isSecret ? [] : key, made: {}, links }
}

function linksOf(rules: Rules, name: string): PersonLink[] {
  return (rules[name]?.links ?? []).map(({ column, is, withholds = [] }) => {
    const resolved =
      typeof is === 'string' ? is : { rowOf: is.rowOf, links: linksOf(rules, is.rowOf) }
    return { column, is: resolved, withholds }
  })
}
