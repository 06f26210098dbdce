import { join } from 'node:path'

/** Absolute path of the repository, whatever the working directory is. */
export const root = join(import.meta.dirname, '..', '..')

/** Absolute path of a file or folder of the repository. */
export const inRoot = (...parts: string[]): string => join(root, ...parts)
