import type { Budget } from '../../../kernel/budget.ts'
import { toRfc3339 } from '../../../kernel/clock.ts'
import type { TenantSnapshot } from '../../../kernel/context.ts'
import { AppError } from '../../../kernel/errors.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { exportedRow, fileOf, filesOf, fittingRows, folderOf, linesOf } from '../domain.ts'
import { transferErrors } from '../errors.ts'
import { findNewestEntry, findRows, measureRows } from '../repo.ts'
import { type ExportState, type Manifest, exportState } from '../schemas.ts'
import type { Catalogue, TransferTable } from '../types.ts'
import { readPersonCatalogue } from '../people/service/person-catalogue.ts'
import { givenRow } from '../people/domain.ts'
import { readCatalogue } from './catalogue.ts'
import { exportObjects } from './export-objects.ts'
import { type Export, type ExportDeps, complete } from './export-state.ts'
import { putJson, putPart, readJson, readManifest } from './files.ts'

/** Tells how far a run is, in percent. */
export type Report = (percent: number, note: string) => Promise<void>

/**
 * Writes the files of an export, page by page, and its manifest at last. Undefined when the budget
 * ended first: the next run goes on. May be stopped anywhere; a page that is written twice is the same
 * file. Throws `transfer.schema_differs` when the tables have changed since it began.
 */
export async function exportTenant(
  deps: ExportDeps,
  call: Export,
  budget: Budget,
  report: Report,
): Promise<Manifest | undefined> {
  const written = await readManifest(deps, call.ownerId, call.id)
  if (written) return written
  const there = { ...deps, db: deps.shards.openUngated(call.tenant.shard) }
  const folder = folderOf(call.ownerId, call.id)
  const keep = (state: ExportState) => putJson(deps, `${folder}progress.json`, state)
  const catalogue = await (call.person ? readPersonCatalogue(there) : readCatalogue(there))
  let state = await begin(there, call, catalogue)
  let unkept = 0
  while (state.done.length <= catalogue.tables.length) {
    const table = catalogue.tables[state.done.length]
    if (!budget.take(table ? 1 : limits.transfer.objects)) {
      await keep(state)
      return undefined
    }
    state = table ? await exportPage(there, call, table, state) : await endOf(deps, call, state)
    unkept = (unkept + 1) % limits.transfer.noted
    if (unkept > 0) continue
    await keep(state)
    await report(
      (state.done.length * 100) / (catalogue.tables.length + 1),
      table?.name ?? 'objects',
    )
  }
  return finish(there, call, catalogue, state)
}

/** The objects of the tenant; none of them is of a person as such. */
function endOf(deps: ExportDeps, call: Export, state: ExportState): Promise<ExportState> {
  return call.person ? complete(state, 'objects') : exportObjects(deps, call, state)
}

type PageDeps = ExportDeps & Pick<Deps, 'db'>

async function begin(deps: PageDeps, call: Export, { schema }: Catalogue): Promise<ExportState> {
  const known = await readJson(deps, `${folderOf(call.ownerId, call.id)}progress.json`, exportState)
  if (known && known.schema !== schema) throw new AppError(transferErrors.schemaDiffers)
  if (known) return known
  const newest = await deps.db.first(findNewestEntry(call.tenant.id))
  return { schema, since: newest?.id ?? '', done: [], parts: [], after: null }
}

/** Writes the next file of a table; one that is not full is the last. */
async function exportPage(
  deps: PageDeps,
  { ownerId, id, tenant, person }: Export,
  table: TransferTable,
  state: ExportState,
): Promise<ExportState> {
  const { name, key, links } = table
  const columns = table.columns.map((column) => column.name)
  const shape = { name, key, columns, ...(links && { links }) }
  const page = { tenantId: tenant.id, after: state.after, limit: limits.transfer.rows, person }
  const sizes = await deps.db.read(measureRows(shape, page))
  const limit = fittingRows(sizes.map(({ size }) => size))
  const rows = limit === 0 ? [] : await deps.db.read(findRows(shape, { ...page, limit }))
  const last = rows.at(-1)
  if (!last) return complete(state, name)
  const given = person ? rows.map((row) => givenRow(table, row, person)) : rows
  const text = linesOf(given.map((row) => exportedRow(table, row, tenant.id)))
  const file = folderOf(ownerId, id) + fileOf(name, state.parts.length)
  const parts = [...state.parts, await putPart(deps, file, text, rows.length)]
  const isLast = key.length === 0 || (sizes.length < page.limit && limit === sizes.length)
  if (isLast) return complete({ ...state, parts }, name)
  return { ...state, parts, after: key.map((column) => last[column] ?? null) }
}

async function finish(
  deps: PageDeps,
  { ownerId, id, tenant, person }: Export,
  { tables, leftOut, schema }: Catalogue,
  state: ExportState,
): Promise<Manifest> {
  const newest = await deps.db.first(findNewestEntry(tenant.id))
  const manifest: Manifest = {
    format: 1,
    schema,
    exportedAt: toRfc3339(deps.clock.now()),
    tenant: {
      id: tenant.id,
      slug: tenant.slug,
      name: tenant.name,
      defaultLocale: tenant.defaultLocale,
      settings: person ? {} : plainSettings(tenant),
    },
    ...(person && { person: person.userId }),
    tables: state.done.slice(0, tables.length),
    leftOut,
    objects: state.done[tables.length] ?? (await filesOf('objects', [])),
    isExact: (newest?.id ?? '') === state.since,
  }
  const folder = folderOf(ownerId, id)
  await putJson(deps, `${folder}manifest.json`, manifest)
  await deps.storage.delete([`${folder}progress.json`])
  return manifest
}

function plainSettings({ settings }: TenantSnapshot): Manifest['tenant']['settings'] {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[key, value]]
        : [],
    ),
  )
}
