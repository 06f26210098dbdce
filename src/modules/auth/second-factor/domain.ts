import type { TenantSnapshot } from '../../../kernel/context.ts'
import { equalTexts } from '../../../kernel/cursor.ts'
import { limits } from '../../../kernel/limits.ts'
import { settingsOf } from '../domain.ts'
import type { UserRecord } from '../types.ts'
import type { SecondFactorState } from './types.ts'

const { stepMilliseconds, recoveryCodes, recoveryCodeCharacters } = limits.secondFactor
const DIGITS = 6
/** Steps that a clock may be ahead or behind (RFC 6238 §5.2). */
const DRIFT = 1

/** The code of a time step (RFC 6238 over HMAC-SHA-1, RFC 4226 §5.3), of six digits. */
export async function totp(secret: Uint8Array<ArrayBuffer>, step: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const algorithm = { name: 'HMAC', hash: 'SHA-1' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter.buffer))
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf
  const number = mac.getUint32(offset) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/**
 * The time step whose code this is, of those that are near and after the last one that was taken;
 * undefined when it is none of them.
 */
export async function acceptedStep(
  secret: Uint8Array<ArrayBuffer>,
  code: string,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): Promise<number | undefined> {
  const current = Math.floor(now / stepMilliseconds)
  let accepted: number | undefined
  for (let step = current - DRIFT; step <= current + DRIFT; step++) {
    const isRight = equalTexts(await totp(secret, step), code)
    if (isRight && step > lastStep) accepted = step
  }
  return accepted
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes as base32 without padding (RFC 4648 §6). */
export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += BASE32.charAt((buffer >>> (bits - 5)) & 31)
    buffer &= 31
  }
  return bits === 0 ? text : text + BASE32.charAt((buffer << (5 - bits)) & 31)
}

/** What apps for codes read (the Key URI format of Google Authenticator). */
export function otpauthUri(issuer: string, account: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const seconds = stepMilliseconds / 1_000
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${seconds}`
}

/** New recovery codes of 50 bits, written `ABCDE-FGH23`. */
export function newRecoveryCodes(random: (length: number) => Uint8Array): string[] {
  return Array.from({ length: recoveryCodes }, () => {
    const text = toBase32(random(recoveryCodeCharacters)).slice(0, recoveryCodeCharacters)
    return `${text.slice(0, 5)}-${text.slice(5)}`
  })
}

/** A recovery code however it was typed. */
export function plainRecoveryCode(text: string): string {
  return text.replaceAll(/[\s-]/g, '').toUpperCase()
}

/** What the tenant asks of a user with these roles. */
export function policyFor(
  tenant: Pick<TenantSnapshot, 'modules'>,
  roles: readonly string[],
): SecondFactorState['policy'] {
  const { policy, requiredRoles } = settingsOf(tenant).secondFactor
  if (policy !== 'optional') return policy
  return roles.some((role) => requiredRoles.includes(role)) ? 'required' : 'optional'
}

/** True for a user without the second factor that the tenant asks for: the roles count for nothing. */
export function isFactorDue(
  tenant: Pick<TenantSnapshot, 'modules'>,
  { roles, secondFactor }: Pick<UserRecord, 'roles' | 'secondFactor'>,
): boolean {
  return secondFactor === null && policyFor(tenant, roles) === 'required'
}
