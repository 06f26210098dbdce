import { totp } from '../../src/modules/auth/second-factor/domain.ts'

const STEP = 30_000

/** What an app for codes shows for a secret in base32 at an instant, some steps off. */
export function codeAt(secret: string, now: number, steps = 0): Promise<string> {
  const bits = Array.from(secret, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  return totp(bytes, Math.floor(now / STEP) + steps)
}
