/** Something that is not as the rules of the house have it. */
export interface Finding {
  /** A path from the root, with the line where one is to blame: `src/app/fetch.ts:12`. */
  readonly where: string
  readonly what: string
  /** What to do about it. */
  readonly fix: string
}

/** Prints what was found and answers the exit code: 0 for nothing, 1 for anything. */
export function report(findings: readonly Finding[]): number {
  for (const { where, what, fix } of findings) console.error(`${where}: ${what}\n  ${fix}`)
  return findings.length === 0 ? 0 : 1
}
