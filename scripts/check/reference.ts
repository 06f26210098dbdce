import type { Finding } from './finding.ts'
import type { SourceFile } from './source.ts'

const FIX = 'Run: node scripts/generate-reference.ts'

/** Files of a generated folder that are missing, stale or written by nothing. */
export function referenceFindings(
  folder: string,
  wanted: ReadonlyMap<string, string>,
  files: readonly SourceFile[],
): Finding[] {
  const found = new Map(files.map(({ path, text }) => [path, text]))
  const stale = [...wanted].flatMap(([name, text]) => {
    const where = `${folder}/${name}`
    if (found.get(where) === text) return []
    return [
      { where, what: found.has(where) ? 'is not what the code says' : 'is missing', fix: FIX },
    ]
  })
  const strangers = files
    .filter(({ path }) => !wanted.has(path.slice(folder.length + 1)))
    .map(({ path }) => ({ where: path, what: 'is written by nothing', fix: 'Remove it.' }))
  return [...stale, ...strangers]
}
