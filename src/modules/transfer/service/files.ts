import type * as z from 'zod'
import { sha256Hex } from '../../../kernel/digest.ts'
import { AppError } from '../../../kernel/errors.ts'
import { limits } from '../../../kernel/limits.ts'
import type { Deps } from '../../../ports/deps.ts'
import { fileOf, folderOf } from '../domain.ts'
import { transferErrors } from '../errors.ts'
import { type Files, type Manifest, type Part, manifestSchema } from '../schemas.ts'

type FileDeps = Pick<Deps, 'storage'>

/** Puts lines and tells what they are. */
export async function putPart(
  { storage }: FileDeps,
  key: string,
  text: string,
  rows: number,
): Promise<Part> {
  const sha256 = await sha256Hex(text)
  await storage.put(key, text, { sha256, contentType: 'application/x-ndjson' })
  return { rows, sha256 }
}

/** Puts JSON. */
export async function putJson({ storage }: FileDeps, key: string, value: unknown): Promise<void> {
  await storage.put(key, JSON.stringify(value), { contentType: 'application/json' })
}

/** A text of the store; undefined when there is none, or one that is larger than a file may be. */
export async function readText({ storage }: FileDeps, key: string): Promise<string | undefined> {
  const got = await storage.get(key)
  if (got?.kind !== 'found') return undefined
  if (got.info.size > limits.transfer.file) {
    await got.body.cancel()
    return undefined
  }
  return new Response(got.body).text()
}

/** JSON of the store by its schema; undefined when there is none that fits. */
export async function readJson<Schema extends z.ZodType>(
  deps: FileDeps,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const text = await readText(deps, key)
  const value = text === undefined ? undefined : parsed(text)
  return schema.safeParse(value).data
}

/** What an export says of itself; undefined as long as it is not complete. */
export function readManifest(
  deps: FileDeps,
  ownerId: string,
  exportId: string,
): Promise<Manifest | undefined> {
  return readJson(deps, `${folderOf(ownerId, exportId)}manifest.json`, manifestSchema)
}

/** The lines of a part. Throws `transfer.file_refused` unless they are those of its digest. */
export async function readPart(
  deps: FileDeps,
  folder: string,
  { name, parts }: Files,
  part: number,
): Promise<unknown[]> {
  const file = fileOf(name, part)
  const expected = parts[part]
  const text = await readText(deps, folder + file)
  if (text === undefined || !expected || (await sha256Hex(text)) !== expected.sha256)
    throw refused(file)
  const lines = text.split('\n').slice(0, -1).map(parsed)
  if (lines.length !== expected.rows) throw refused(file)
  return lines
}

/** What is wrong with a file. */
export function refused(file: string): AppError {
  return new AppError(transferErrors.fileRefused, { detail: file })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
