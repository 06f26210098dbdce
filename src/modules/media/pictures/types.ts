/** What is to be known of a public picture to show it; other modules keep it as JSON. */
export interface Picture {
  /** A path of this deployment. */
  readonly url: string
  /** Smaller ones by width; null where none are made. */
  readonly srcset: string | null
  readonly width: number | null
  readonly height: number | null
  readonly blurhash: string | null
  readonly color: string | null
  /** What it shows, by locale; without the empty ones. */
  readonly alts: Readonly<Record<string, string>>
}

/** A picture as it was read, with the version of its asset. */
export interface ReadPicture {
  readonly version: number
  readonly picture: Picture
}
