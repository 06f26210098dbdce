import { env } from 'cloudflare:workers'
import { sha256Hex } from '../../../src/kernel/digest.ts'
import type { World } from '../../support/world.ts'
import type { Control } from '../tenants/control.ts'

/** What a start answers. */
export interface Started {
  readonly id: string
  readonly tenantId: string
}

/** What an export says of a table. */
interface Files {
  readonly name: string
  readonly rows: number
  readonly sha256: string
  readonly parts: readonly { readonly rows: number; readonly sha256: string }[]
}

/** An export or an import as the API tells it. */
export interface Transfer {
  readonly state: string
  readonly error: string | null
  readonly tenantId: string
  readonly manifest: {
    readonly tables: readonly Files[]
    readonly objects: Files
    readonly leftOut: Readonly<Record<string, string>>
    readonly isExact: boolean
    readonly tenant: { readonly defaultLocale: string; readonly settings: unknown }
  } | null
}

const TASKS = '/api/v1/transfer/tasks'

/** Starts a task of the module; what is named by `slug` is made first. */
export async function start(
  { operator }: Pick<Control, 'operator'>,
  verb: 'export' | 'import' | 'clone',
  { slug, ...given }: Readonly<Record<string, unknown>>,
): Promise<Started> {
  if (slug !== undefined)
    await operator.json('POST', '/api/v1/tenants', { body: { slug, name: slug } })
  const body = slug === undefined ? given : { ...given, target: slug }
  return operator.json<Started>('POST', `${TASKS}/${verb}`, { body })
}

/** What has become of a transfer. */
export function look({ operator }: Pick<Control, 'operator'>, id: string): Promise<Transfer> {
  return operator.json<Transfer>('GET', `/api/v1/transfer/${id}`)
}

/** Performs what the operators' tenant owes, retries after their pauses included. */
export async function settle({ world }: Pick<Control, 'world'>, id: string): Promise<string> {
  for (let round = 0; round < 40; round++) {
    await world.drain()
    const [job] = await world.rows<{ state: string }>(
      'SELECT state FROM jobs WHERE tenant_id = ? AND id = ?',
      world.tenantId,
      id,
    )
    if (job?.state !== 'queued' && job?.state !== 'running') return job?.state ?? 'none'
    world.clock.advance(120_000)
  }
  return 'never'
}

/** Exports a tenant to its end. */
export async function exported(
  control: Pick<Control, 'operator' | 'world'>,
  target: string,
): Promise<Transfer & { readonly id: string }> {
  const { id } = await start(control, 'export', { target })
  await settle(control, id)
  return { ...(await look(control, id)), id }
}

/** The hashes of an export by table, and of the list of its objects. */
export function hashesOf({ manifest }: Transfer): Record<string, string> {
  const files = manifest ? [...manifest.tables, manifest.objects] : []
  return Object.fromEntries(files.map(({ name, rows, sha256 }) => [name, `${rows} ${sha256}`]))
}

/** The folder of an export in the store. */
export function folderOf({ world }: Pick<Control, 'world'>, id: string): string {
  return `${world.tenantId}/exports/${id}/`
}

/** The text of a file of an export. */
export async function readFile(key: string): Promise<string> {
  const object = await env.FILES.get(key)
  if (!object) throw new Error(`there is no ${key}`)
  return object.text()
}

/** Counts the rows of a tenant by table, those of the journal left out. */
export async function rowsOf(world: World, tenantId: string, table: string): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    `SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`,
    tenantId,
  )
  return row?.n ?? 0
}

type Line = Record<string, unknown>

/** Changes the first file of a table of an export, and makes the manifest fit it. */
export async function forge(
  control: Pick<Control, 'world'>,
  id: string,
  table: string,
  change: (lines: Line[]) => unknown[],
): Promise<void> {
  const folder = folderOf(control, id)
  const key = `${folder}${table}/000000.ndjson`
  const lines = (await readFile(key)).trimEnd().split('\n')
  const changed = change(lines.map((line) => JSON.parse(line)))
  const text = changed.map((line) => `${JSON.stringify(line)}\n`).join('')
  await env.FILES.put(key, text)
  const part = { rows: changed.length, sha256: await sha256Hex(text) }
  await forgeManifest(control, id, (manifest) => {
    for (const files of [...manifest.tables, manifest.objects])
      if (files.name === table) Object.assign(files, { parts: [part] })
  })
}

/** Changes the manifest of an export. */
export async function forgeManifest(
  control: Pick<Control, 'world'>,
  id: string,
  change: (manifest: NonNullable<Transfer['manifest']>) => void,
): Promise<void> {
  const key = `${folderOf(control, id)}manifest.json`
  const manifest = JSON.parse(await readFile(key))
  change(manifest)
  await env.FILES.put(key, JSON.stringify(manifest))
}
