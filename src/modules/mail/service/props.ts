import type { Deps } from '../../../ports/deps.ts'

/** The purpose of the key. */
const PURPOSE = 'mail props'

/** Where props are kept: sealed ones open nowhere else. */
interface Place {
  readonly tenantId: string
  readonly id: string
}

/** Seals what a message says, which may hold links that work like passwords. */
export function sealProps(
  deps: Pick<Deps, 'secrets'>,
  place: Place,
  json: string,
): Promise<string> {
  return deps.secrets.seal(PURPOSE, json, textOf(place))
}

/** The JSON of sealed props; undefined when there are none and when they cannot be opened. */
export async function openProps(
  deps: Pick<Deps, 'secrets'>,
  place: Place,
  sealed: string | null,
): Promise<string | undefined> {
  return sealed === null ? undefined : deps.secrets.open(PURPOSE, sealed, textOf(place))
}

function textOf({ tenantId, id }: Place): string {
  return `${tenantId}/${id}`
}
