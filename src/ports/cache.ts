/** A store of short texts that every isolate shares; eventually consistent, never the truth. */
export interface SharedCache {
  get(key: string): Promise<string | undefined>
  put(key: string, value: string, ttlSeconds: number): Promise<void>
  delete(key: string): Promise<void>
}
