/**
 * One-way hashing of passwords. Every call but `needsRehash` costs tens of milliseconds of CPU and
 * stalls the isolate meanwhile, so limit the rate of whoever asks before calling.
 *
 * A password is normalised to Unicode NFC first, so that one typed on another keyboard still
 * matches; nothing is trimmed or cut. Its length is bounded by the caller.
 */
export interface PasswordHasher {
  /**
   * Hashes a password with a new salt into a PHC string.
   * @throws {HasherBusyError} before any hashing, when the isolate has no place left
   * @throws {RangeError} when the password is empty
   */
  hash(password: string): Promise<string>
  /**
   * True when the password belongs to the PHC string, under whatever parameters that names. A
   * string that cannot be read, and an empty password, are false at the price of a real check.
   * @throws {HasherBusyError} before any hashing, when the isolate has no place left
   */
  verify(password: string, phc: string): Promise<boolean>
  /** True when the PHC string was not made with the parameters in force: hash anew at log-in. */
  needsRehash(phc: string): boolean
  /**
   * Costs what `verify` costs and answers nothing. Call it for an unknown account, so that time
   * does not tell which accounts exist.
   * @throws {HasherBusyError} before any hashing, when the isolate has no place left
   */
  verifyDummy(password: string): Promise<void>
}

/** Too many hashes are running or waiting in this isolate; the same call may succeed in a second. */
export class HasherBusyError extends Error {
  override readonly name = 'HasherBusyError'

  constructor() {
    super('too many password hashes in flight')
  }
}
