import type { RequestContext } from '../../../../kernel/context.ts'
import type { Deps } from '../../../../ports/deps.ts'

/** The purpose of the keys. */
const PURPOSE = 'forgotten password'

type Call = Pick<RequestContext, 'tenant'>

/** An address as a job may keep it, with a key that is the same for the same address. */
export async function sealAddress(
  { secrets }: Pick<Deps, 'secrets'>,
  { tenant }: Call,
  address: string,
): Promise<{ readonly address: string; readonly key: string }> {
  const [sealed, key] = await Promise.all([
    secrets.seal(PURPOSE, address, tenant.id),
    secrets.digest(PURPOSE, `${tenant.id}/${address}`),
  ])
  return { address: sealed, key }
}

/** The address; undefined when another secret has sealed it. */
export function openAddress(
  { secrets }: Pick<Deps, 'secrets'>,
  { tenant }: Call,
  sealed: string,
): Promise<string | undefined> {
  return secrets.open(PURPOSE, sealed, tenant.id)
}
