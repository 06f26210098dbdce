/** How large a page may be. */
export interface PageLimits {
  readonly items: number
  /** UTF-8 bytes of the items as JSON. */
  readonly bytes: number
}

/**
 * Puts items on pages, in order, each as full as the limits allow. An item that is larger than a page
 * gets one of its own.
 */
export function* pagesOf<Item>(items: readonly Item[], limits: PageLimits): Generator<Item[]> {
  let page: Item[] = []
  let bytes = 0
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1
    if (page.length === limits.items || (page.length > 0 && bytes + size > limits.bytes)) {
      yield page
      page = []
      bytes = 0
    }
    page.push(item)
    bytes += size
  }
  if (page.length > 0) yield page
}
