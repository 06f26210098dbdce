/** Which browser origins some tenant allows, for a while. Bounded; the oldest goes first. */
export interface OriginMemory {
  get(origin: string, now: number): boolean | undefined
  put(origin: string, known: boolean, until: number): void
  forget(origin: string): void
}

export function createOriginMemory(maxEntries: number): OriginMemory {
  const entries = new Map<string, { readonly known: boolean; readonly until: number }>()
  return {
    get(origin, now) {
      const entry = entries.get(origin)
      return entry && entry.until > now ? entry.known : undefined
    },
    put(origin, known, until) {
      entries.delete(origin)
      entries.set(origin, { known, until })
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break
        entries.delete(oldest)
      }
    },
    forget(origin) {
      entries.delete(origin)
    },
  }
}
