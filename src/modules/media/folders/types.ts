/** A place in the tree of folders. */
export interface Folder {
  readonly id: string
  readonly parentId: string | null
  readonly name: string
  readonly version: number
}
