import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const readIfPresent = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Gives a generated file its content. One that has it already stays untouched, so that no watcher
 * sees a change; another is replaced at once, so that nobody reads half of it.
 */
export async function writeFresh(path: string, content: string | Buffer): Promise<void> {
  const wanted = Buffer.from(content)
  const present = await readIfPresent(path)
  if (present?.equals(wanted)) return
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.new`
  await writeFile(draft, wanted)
  await rename(draft, path)
}
