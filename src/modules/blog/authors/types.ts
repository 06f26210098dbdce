/** Who a post is by; not necessarily an account. */
export interface Author {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly website: string | null
  readonly userId: string | null
  readonly version: number
}
