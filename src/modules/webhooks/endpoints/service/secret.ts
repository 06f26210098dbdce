import { secretOf } from '../../../../kernel/standard-webhooks.ts'
import type { Deps } from '../../../../ports/deps.ts'
import type { Endpoint } from '../../types.ts'

/** Random bytes of a secret; Standard Webhooks takes 24 to 64. */
const SECRET_BYTES = 32

/** The purpose of the key that encrypts secrets. */
const PURPOSE = 'webhook secret'

/** A new secret, to be shown once, and as it is kept. `place` names the row that keeps it. */
export async function newSecret(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  place: string,
): Promise<{ secret: string; sealed: string }> {
  const secret = secretOf(deps.ids.random(SECRET_BYTES))
  return { secret, sealed: await sealSecret(deps, place, secret) }
}

/** A secret that nobody has been shown, for a row that an import makes; rotating it shows the next. */
export async function makeSecret(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  { tenantId, rowId }: { readonly tenantId: string; readonly rowId: string },
): Promise<string> {
  return (await newSecret(deps, placeOf(tenantId, rowId))).sealed
}

/** A secret as it is kept. */
export function sealSecret(
  deps: Pick<Deps, 'secrets'>,
  place: string,
  secret: string,
): Promise<string> {
  return deps.secrets.seal(PURPOSE, secret, place)
}

/** The secret behind what is kept. Throws when `APP_SECRET` is not the one that it was kept under. */
export async function openSecret(
  deps: Pick<Deps, 'secrets'>,
  place: string,
  sealed: string,
): Promise<string> {
  const secret = await deps.secrets.open(PURPOSE, sealed, place)
  if (secret === undefined) throw new Error('a webhook secret cannot be opened')
  return secret
}

/** The secrets that sign for an endpoint at an instant: its own, and the one before for a day. */
export async function secretsOf(
  deps: Pick<Deps, 'secrets'>,
  tenantId: string,
  endpoint: Pick<Endpoint, 'id' | 'secret' | 'previousSecret' | 'previousSecretUntil'>,
  now: number,
): Promise<string[]> {
  const { id, secret, previousSecret, previousSecretUntil } = endpoint
  const isOverlap = previousSecret !== null && (previousSecretUntil ?? 0) > now
  const sealed = isOverlap ? [secret, previousSecret] : [secret]
  return Promise.all(sealed.map((each) => openSecret(deps, placeOf(tenantId, id), each)))
}

/** The place of the secrets of an endpoint or a source. */
export function placeOf(tenantId: string, id: string): string {
  return `${tenantId}/${id}`
}
