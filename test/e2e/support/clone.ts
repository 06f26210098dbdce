import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from '../../../scripts/support/paths.ts'

/** A copy of this repository that a test may write to. */
export interface Clone {
  readonly path: string
  readonly remove: () => Promise<void>
}

/** What git does not keep, or the operator's scripts do not need. */
const left = new Set([
  '.git',
  'node_modules',
  '.generated',
  '.wrangler',
  '.dev.vars',
  'dist',
  'test',
])

/** Copies this repository as it would be cloned; the installed packages are shared. */
export async function makeClone(): Promise<Clone> {
  const path = await mkdtemp(join(tmpdir(), 'clone-'))
  const filter = (source: string): boolean => !left.has(relative(root, source))
  await cp(root, path, { recursive: true, filter })
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
