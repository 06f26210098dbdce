/** An entry's place in the chain of its tenant. */
export interface Position {
  /** From 1, without gaps; 0 is before the first entry. */
  readonly seq: number
  /** SHA-256 of the link before, the number and the entry's proof, as base64url. */
  readonly chain: string
}

/** The end of a tenant's chain, and the anchor: the entry up to which retention has removed. */
export interface Head extends Position {
  readonly tenantId: string
  readonly anchorSeq: number
  readonly anchorChain: string
}

/** A head as it is stored; `mac` proves the rest. */
export interface StoredHead extends Head {
  readonly mac: string
}

/** An entry that has no place yet. */
export interface UnsealedEntry {
  readonly id: string
  readonly mac: string
}

/** Why a chain does not hold, at the first place where it does not. */
export interface Fault {
  readonly seq: number
  /** Null where no entry stands. */
  readonly id: string | null
  readonly reason: string
}
