import type { Changes } from '../../../kernel/changes.ts'
import type { RequestContext } from '../../../kernel/context.ts'
import type { Deps } from '../../../ports/deps.ts'

/** What tells who somebody is. */
const PERSONAL: ReadonlySet<string> = new Set(['email', 'name'])

/**
 * Changes of a user or an invitation as an audit row keeps them: of address and name digests, equal for
 * equal values of one subject. The rows outlive the person and can neither be read nor changed by then.
 */
export async function concealed(
  { secrets }: Pick<Deps, 'secrets'>,
  { tenant }: Pick<RequestContext, 'tenant'>,
  subjectId: string,
  changes: Changes,
): Promise<Changes> {
  const digestOf = async (field: string, side: object) => {
    const values = Object.entries(side).map(async ([name, value]) => {
      const text = JSON.stringify([tenant.id, subjectId, field, value])
      return [name, await secrets.digest('audit-person', text)]
    })
    return Object.fromEntries(await Promise.all(values))
  }
  const entries = Object.entries(changes).map(async ([field, sides]) => [
    field,
    PERSONAL.has(field) ? await digestOf(field, sides) : sides,
  ])
  return Object.fromEntries(await Promise.all(entries))
}
