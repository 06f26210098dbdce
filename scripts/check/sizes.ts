import type { Finding } from './finding.ts'
import type { SourceFile } from './source.ts'

/** Bounds on the lines of a folder's files, blank ones included. */
const MEDIAN = 100
const P90 = 250
const MAX = 400

/** Tables are a list, and what is generated has no reader. */
const EXCEPTED = /\/tables\.ts$|\.d\.ts$/

/**
 * Files that are too long, and folders whose files are too long on the whole. The length of a
 * function (50 lines) is a rule of the linter.
 */
export function sizeFindings(folder: string, files: readonly SourceFile[]): Finding[] {
  const sizes = files
    .filter(({ path }) => !EXCEPTED.test(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
  const tooLong = sizes
    .filter(({ lines }) => lines > MAX)
    .map(({ path, lines }) => ({
      where: path,
      what: `has ${lines} lines of ${MAX}`,
      fix: 'Split it by what its parts are about.',
    }))
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b)
  return [
    ...tooLong,
    ...quantile(folder, 'median', at(sorted, 0.5), MEDIAN),
    ...quantile(folder, '90th percentile', at(sorted, 0.9), P90),
  ]
}

function quantile(where: string, name: string, lines: number, bound: number): Finding[] {
  if (lines <= bound) return []
  const fix = 'Split the longest files by what their parts are about.'
  return [{ where, what: `the ${name} of its files is ${lines} lines of ${bound}`, fix }]
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0
}
