/** The largest ratio of the two medians that tells nothing; it must stay below. */
export const RATIO_LIMIT = 1.1
/** Between these, inclusive, a time tells too little of the kind that it belongs to. */
export const AUC_LIMITS = { low: 0.35, high: 0.65 } as const

/** Times of the same request about what is known and what is not, in milliseconds. */
export interface Samples {
  readonly name: string
  readonly known: readonly number[]
  readonly unknown: readonly number[]
}

/** What the times of two kinds tell of the kind. Medians in milliseconds. */
export interface Finding {
  readonly name: string
  readonly pairs: number
  readonly knownMedian: number
  readonly unknownMedian: number
  /** The slower median as a multiple of the faster one: 1 or more. */
  readonly ratio: number
  /** How often a known one is slower than an unknown one; 0.5 tells nothing. */
  readonly auc: number
  readonly isMet: boolean
}

/** The value in the middle, or the mean of the two there; not a number without values. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (lower + upper) / 2
}

/**
 * The area under the ROC curve of guessing the kind by the time: the share of all pairs in which the
 * left value is the larger one, a tie counting half (Mann and Whitney's U by the number of pairs).
 * Not a number when either side has no values.
 */
export function aucOf(left: readonly number[], right: readonly number[]): number {
  let wins = 0
  for (const a of left) {
    for (const b of right) wins += a > b ? 1 : a === b ? 0.5 : 0
  }
  return wins / (left.length * right.length)
}

/** Holds the times of both kinds against the limits. No figure meets a limit that is not a number. */
export function findingOf({ name, known, unknown }: Samples): Finding {
  const knownMedian = medianOf(known)
  const unknownMedian = medianOf(unknown)
  const ratio = Math.max(knownMedian, unknownMedian) / Math.min(knownMedian, unknownMedian)
  const auc = aucOf(known, unknown)
  const isMet = ratio < RATIO_LIMIT && auc >= AUC_LIMITS.low && auc <= AUC_LIMITS.high
  return { name, pairs: known.length, knownMedian, unknownMedian, ratio, auc, isMet }
}

/** A finding as one line of text. */
export function lineOf(finding: Finding): string {
  const { name, pairs, knownMedian, unknownMedian, ratio, auc, isMet } = finding
  const medians = `known ${knownMedian.toFixed(2)} ms, unknown ${unknownMedian.toFixed(2)} ms`
  const figures = `ratio ${ratio.toFixed(3)} (< ${RATIO_LIMIT.toFixed(2)})`
  const area = `AUC ${auc.toFixed(3)} (${AUC_LIMITS.low}..${AUC_LIMITS.high})`
  return `${isMet ? 'met' : 'MISSED'}: ${name}, ${pairs} pairs: ${medians}, ${figures}, ${area}`
}
