export interface Category {
  readonly id: string
  readonly parentId: string | null
  readonly slug: string
  readonly names: Readonly<Record<string, string>>
  readonly position: number
  readonly version: number
}

/** A tag as a post carries it. */
export interface Tag {
  readonly slug: string
  readonly name: string
}
