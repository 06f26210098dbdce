/** Where a thing of a module shows an asset. */
export interface Use {
  readonly assetId: string
  /** `cover`. */
  readonly place: string
}

/** A use that is new or stays, of the version of the asset that was read. */
export interface SeenUse extends Use {
  readonly version: number
}

/** The thing that shows assets. */
export interface Owner {
  /** As events name it: `blog.post`. */
  readonly type: string
  readonly id: string
}
