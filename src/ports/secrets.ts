/** Keyed digests for what must be checked later but not be readable in the database. */
export interface Secrets {
  /** HMAC-SHA-256 under a key derived for the purpose, as base64url (43 characters). */
  digest(purpose: string, text: string): Promise<string>
}

/** SHA-256 of a text as base64url. */
export type Sha256 = (text: string) => Promise<string>
