/** What is guessed at: a purpose of its own limits, such as `login`, and the account it is tried on. */
export interface AttemptTarget {
  readonly purpose: string
  /** An e-mail address in any spelling, or a user's id. It need not exist. */
  readonly account: string
}

/** A try that was admitted and counted. */
export interface Attempt {
  /** The number of this try in the account's window. */
  readonly tries: number
  /** True for the last try that the account's window admits. */
  readonly isLast: boolean
  /** When the account's window began, epoch milliseconds. */
  readonly beganAt: number
  readonly accountBucket: string
  /** Absent when the client's address is not known. */
  readonly addressBucket?: string
}

/** A try with the rows of what was read beside it. */
export interface ReservedAttempt<Row> extends Attempt {
  readonly rows: readonly Row[]
}

/** A bucket as one more try is to be counted in it. */
export interface WantedBucket {
  readonly bucket: string
  /** Tries that a window admits. */
  readonly most: number
  /** The try from which on a pause follows each; 0 for none. */
  readonly pausedFrom: number
}
