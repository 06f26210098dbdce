/** What a token is good for. A token of one purpose is worth nothing for another. */
export type TokenPurpose =
  | 'email_verification'
  | 'password_reset'
  | 'email_change'
  | 'invitation'
  | 'login_challenge'

/** What a token is made for. */
export interface TokenWish {
  readonly purpose: TokenPurpose
  /** The id of the user or the invitation. */
  readonly subjectId: string
  /** What of the subject must not change until the token is used, as its owner writes it. */
  readonly boundTo: string
  /** What is to be done with it; never a secret. */
  readonly payload?: string
  /** How long it lives; `limits.oneTimeTokens.milliseconds` when absent. */
  readonly milliseconds?: number
}
