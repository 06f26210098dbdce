/** A file that the Worker serves as it is. Both paths use forward slashes and are relative. */
export interface Asset {
  /** Where it comes from, from the root of the repository. */
  readonly from: string
  /** Its path below `dist/assets`, which the Worker serves below `/assets`. */
  readonly to: string
}
