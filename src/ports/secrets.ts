/** Digests and ciphertexts for what must not be readable in the database. */
export interface Secrets {
  /** HMAC-SHA-256 under a key derived for the purpose, as base64url (43 characters). */
  digest(purpose: string, text: string): Promise<string>
  /** AES-256-GCM under a key derived for the purpose, bound to the place that the text is kept at. */
  seal(purpose: string, text: string, place: string): Promise<string>
  /** The sealed text; undefined when another secret, purpose or place sealed it, or it was changed. */
  open(purpose: string, sealed: string, place: string): Promise<string | undefined>
}

/** SHA-256 of a text as base64url. */
export type Sha256 = (text: string) => Promise<string>
