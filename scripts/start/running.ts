import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { inRoot } from '../support/paths.ts'

/** The server that `npm start` runs on this machine, as it is told to other scripts. */
export type RunningServer = z.infer<typeof schema>

const schema = z.object({
  origin: z.url({ protocol: /^http$/ }),
  /** The folder of its databases and files, as it was given. */
  persistTo: z.string(),
})

const path = inRoot('.wrangler', 'running.json')

/**
 * Reads which server runs; undefined when nobody has said so. One that was killed may still be
 * named: ask the origin.
 */
export async function readRunning(): Promise<RunningServer | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Says that a server runs. Of several, the last one is known. */
export async function announceRunning(server: RunningServer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(server)}\n`)
}

/** Takes back what `announceRunning` said of this origin; what another server said stays. */
export async function forgetRunning(origin: string): Promise<void> {
  if ((await readRunning())?.origin === origin) await rm(path, { force: true })
}
