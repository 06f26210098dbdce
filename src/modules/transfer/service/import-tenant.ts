import * as z from 'zod'
import type { Budget } from '../../../kernel/budget.ts'
import { type RequestContext, type TenantSnapshot, systemContext } from '../../../kernel/context.ts'
import { EffectDone } from '../../../kernel/effect.ts'
import { AppError } from '../../../kernel/errors.ts'
import { limits } from '../../../kernel/limits.ts'
import { DatabaseError } from '../../../ports/database.ts'
import type { Deps } from '../../../ports/deps.ts'
import { type Commit, commit, tablesInUse } from '../../commit/index.ts'
import { DEFAULTS, type Step, folderOf, importedRow, stepsOf } from '../domain.ts'
import { transferErrors } from '../errors.ts'
import { clearDefaults, closeTenant, insertRows, openTenant } from '../repo.ts'
import type { Files, Manifest } from '../schemas.ts'
import type { Catalogue, TransferRow, TransferTable } from '../types.ts'
import { readCatalogue } from './catalogue.ts'
import type { Report } from './export-tenant.ts'
import { putJson, readJson, readManifest, readPart } from './files.ts'
import { checkObjects, copyObjects } from './import-objects.ts'

/** An import that is under way. */
export interface Import {
  /** The tenant in whose folder the export is. */
  readonly ownerId: string
  readonly id: string
  readonly exportId: string
  readonly tenant: TenantSnapshot
}

interface Work extends Import {
  readonly deps: Deps
  readonly ctx: RequestContext
  readonly folder: string
  readonly manifest: Manifest
  readonly catalogue: Catalogue
}

const progress = z.object({ step: z.int().min(0) })

/**
 * Looks at every file of an export and loads it into an empty tenant, which is suspended meanwhile.
 * False when the budget ended first: the next run goes on. May be stopped anywhere.
 *
 * Throws `transfer.not_complete`, `schema_differs`, `file_refused`, `row_refused`, `not_empty` and
 * `rows_conflict`; after the last, what is loaded stays in the suspended tenant, to be erased.
 */
export async function importTenant(
  deps: Deps,
  ctx: RequestContext,
  call: Import,
  tools: { readonly budget: Budget; readonly report: Report },
): Promise<Manifest | undefined> {
  const work = await open(deps, ctx, call)
  const { manifest, catalogue, folder, id } = work
  const steps = stepsOf(manifest, catalogue.tables)
  const file = `${folder}imports/${id}.json`
  let at = (await readJson(deps, file, progress))?.step ?? 0
  for (let step = steps[at]; step; step = steps[at]) {
    const isHeavy = step.kind === 'check-objects' || step.kind === 'copy-objects'
    if (!tools.budget.take(isHeavy ? limits.transfer.objects : 1)) {
      await putJson(deps, file, { step: at })
      return undefined
    }
    await perform(work, step)
    at += 1
    // From its beginning on the tenant is not empty any more.
    if (step.kind !== 'begin' && at % limits.transfer.noted > 0) continue
    await putJson(deps, file, { step: at })
    await tools.report((at * 100) / steps.length, step.kind)
  }
  await putJson(deps, file, { step: at })
  return manifest
}

async function open(deps: Deps, ctx: RequestContext, call: Import): Promise<Work> {
  const there = { ...deps, db: deps.shards.openUngated(call.tenant.shard) }
  const [manifest, catalogue] = await Promise.all([
    readManifest(deps, call.ownerId, call.exportId),
    readCatalogue(there),
  ])
  if (!manifest) throw new AppError(transferErrors.notComplete)
  const names = new Set(catalogue.tables.map(({ name }) => name))
  const isKnown = manifest.tables.every(({ name }) => names.delete(name)) && names.size === 0
  if (manifest.schema !== catalogue.schema || !isKnown)
    throw new AppError(transferErrors.schemaDiffers)
  const system = { name: 'transfer:import', permissions: [], id: ctx.requestId, now: ctx.now }
  const inside = { ...systemContext(call.tenant, system), traceId: ctx.traceId }
  const folder = folderOf(call.ownerId, call.exportId)
  return { ...call, deps: there, ctx: inside, folder, manifest, catalogue }
}

async function perform(work: Work, step: Step): Promise<void> {
  const { deps, folder, tenant } = work
  switch (step.kind) {
    case 'begin':
      return begin(work)
    case 'end':
      return end(work)
    case 'check-objects':
      return checkObjects(deps, folder, step.files, step.part)
    case 'copy-objects':
      return copyObjects(deps, { folder, tenantId: tenant.id }, step.files, step.part)
    case 'check':
      await readRows(work, step.files, step.part)
      return
    case 'load':
    case 'refer':
      return load(work, step.kind, step.files, step.part)
  }
}

async function begin(work: Work): Promise<void> {
  const { deps, tenant, catalogue, exportId } = work
  const others = catalogue.tables.filter(({ name }) => !DEFAULTS.includes(name))
  const [used] = await tablesInUse(deps, others, tenant.id)
  if (used) throw new AppError(transferErrors.notEmpty, { detail: used.name })
  await commitOnce(work, 'begin', {
    writes: [
      { statement: closeTenant(tenant.id, work.ctx.now), guard: 'state_allows' },
      ...clearDefaults(tenant.id).map((statement) => ({ statement })),
    ],
    changes: { exportId },
  })
  await deps.tenants.refresh(tenant.id)
}

async function end(work: Work): Promise<void> {
  const { deps, tenant, manifest, exportId } = work
  const statement = openTenant(tenant.id, manifest.tenant, work.ctx.now)
  await commitOnce(work, 'end', {
    writes: [{ statement, guard: 'state_allows' }],
    changes: { exportId },
  })
  for (const { slug } of deps.modules) deps.publicCache.invalidate(tenant.id, slug)
  await deps.tenants.refresh(tenant.id)
}

/** Loads a file, or has its rows refer to rows of their own table, which are all there by then. */
async function load(work: Work, kind: 'load' | 'refer', files: Files, part: number): Promise<void> {
  const { deps, tenant } = work
  const { table, rows } = await readRows(work, files, part)
  const { name, key } = table
  const made = await Promise.all(rows.map((row) => madeRow(deps, tenant.id, table, row)))
  const alone = Object.fromEntries(table.references.map((column) => [column, null]))
  const loaded = kind === 'load' ? made.map((row) => ({ ...row, ...alone })) : made
  const columns = [...table.columns.map((column) => column.name), ...Object.keys(table.made)]
  const shape = { name, key, columns, references: kind === 'load' ? [] : table.references }
  const statements = insertRows(shape, tenant.id, loaded, limits.transfer.statement)
  await commitOnce(work, `${kind}:${name}:${part}`, {
    writes: statements.map((statement) => ({ statement })),
    changes: { table: name, part, rows: rows.length },
  })
}

/** A row with the columns that no export has. */
async function madeRow(
  deps: Deps,
  tenantId: string,
  { made }: TransferTable,
  row: TransferRow,
): Promise<TransferRow> {
  const place = { tenantId, rowId: String(row['id'] ?? '') }
  const values = await Promise.all(
    Object.entries(made).map(async ([column, value]) => [
      column,
      typeof value === 'function' ? await value(deps, place) : value,
    ]),
  )
  return { ...row, ...Object.fromEntries(values) }
}

/** The rows of a file. Throws `transfer.file_refused` and `transfer.row_refused`. */
async function readRows(
  { deps, folder, tenant, catalogue }: Work,
  files: Files,
  part: number,
): Promise<{ table: TransferTable; rows: TransferRow[] }> {
  const table = catalogue.tables.find(({ name }) => name === files.name)
  if (!table) throw new AppError(transferErrors.schemaDiffers)
  const lines = await readPart(deps, folder, files, part)
  const rows = lines.map((line, at) => {
    const row = importedRow(table, line, tenant.id)
    if (row) return row
    throw new AppError(transferErrors.rowRefused, {
      detail: `${table.name} ${part}, line ${at + 1}`,
    })
  })
  return { table, rows }
}

/** Commits in the tenant that is filled, once for each import, and says which rows conflict. */
async function commitOnce(
  { deps, ctx, tenant, id }: Work,
  key: string,
  {
    writes,
    changes,
  }: Pick<Commit<never>, 'writes'> & {
    readonly changes: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  const effect = { subscriber: 'transfer:import', eventId: `${id}:${key}` }
  try {
    await commit(
      deps,
      { ...ctx, effect },
      {
        writes,
        events: [],
        audit: {
          action: 'transfer.import.loaded',
          targetType: 'tenant',
          targetId: tenant.id,
          changes,
        },
        result: undefined,
        refusals: { state_allows: transferErrors.notEmpty },
      },
    )
  } catch (error) {
    if (error instanceof EffectDone) return
    if (error instanceof DatabaseError && error.failure.kind === 'constraint')
      throw new AppError(transferErrors.rowsConflict, {
        detail: `${key}: ${error.failure.type} ${error.failure.name}`,
        cause: error,
      })
    throw error
  }
}
