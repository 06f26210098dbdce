import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../../../scripts/support/paths.ts'

/** A copy of this repository that a test may write to. */
export interface Clone {
  readonly path: string
  readonly remove: () => Promise<void>
}

const copied = [
  'package.json',
  'package-lock.json',
  'wrangler.toml',
  'tsconfig.json',
  'tsconfig.scripts.json',
  'worker-configuration.d.ts',
  'migrations',
  'scripts',
  'src',
]

/** Copies what the operator's scripts need; the installed packages are shared. */
export async function makeClone(): Promise<Clone> {
  const path = await mkdtemp(join(tmpdir(), 'clone-'))
  for (const name of copied) await cp(inRoot(name), join(path, name), { recursive: true })
  await symlink(inRoot('node_modules'), join(path, 'node_modules'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
