import { exportJWK, generateKeyPair } from 'jose'
import type { Forgery, Target } from './forgery.ts'
import { algorithms, confused, critical, embedded, keyIds, unsigned } from './headers.ts'
import { shapes, signatures, tampered } from './texts.ts'

/** More than 530 tokens that this deployment did not sign, or did not sign as they are. */
export async function forgeries(target: Target): Promise<Forgery[]> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const own = await exportJWK(privateKey)
  return [
    ...unsigned(target),
    ...(await confused(target)),
    ...(await embedded(target, own)),
    ...(await keyIds(target, own)),
    ...(await algorithms(target)),
    ...signatures(target),
    ...tampered(target),
    ...(await critical(target)),
    ...shapes(target),
  ]
}
