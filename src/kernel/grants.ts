/**
 * What narrows a permission: only one's own items, only items in some statuses, only some of their
 * fields. What a rule does not name it does not narrow, so an empty one reaches everything.
 */
export interface GrantRule {
  readonly own?: true | undefined
  readonly statuses?: readonly string[] | undefined
  /** The fields that are shown, for a permission to read, or that may be set, for one to write. */
  readonly fields?: readonly string[] | undefined
}

/** A permission with one rule, as the API shows and takes it. */
export interface Grant extends GrantRule {
  readonly permission: string
}

/** Rules by permission. A permission is held where any one of its rules allows. */
export type Grants = Readonly<Record<string, readonly GrantRule[]>>

/** As `Grants`, for what a principal holds by all of its roles together. */
export type Permissions = ReadonlyMap<string, readonly GrantRule[]>

/** The rule that narrows nothing. */
export const EVERYTHING: GrantRule = {}

/** What rules ask of an item. */
export interface Item {
  /** The user whose item it is; null when it is nobody's. */
  readonly ownerId: string | null
  readonly status?: string | undefined
  /** The fields that are to be read or set; none when the action is about the item as a whole. */
  readonly fields?: readonly string[] | undefined
}

/** What a rule says of an item. */
export type Outcome = 'allows' | 'other_owner' | 'other_status' | 'field_masked'

/** The outcome of one rule, with a reason that a person can read. */
export interface Verdict {
  readonly outcome: Outcome
  readonly detail: string
}

/** Permissions that reach everything, by name. */
export function unbounded(names: Iterable<string>): Permissions {
  return new Map(Array.from(names, (name) => [name, [EVERYTHING]]))
}

/** What is held of the named permissions, with its rules: what an API key may do of its maker's. */
export function narrow(held: Permissions, names: Iterable<string>): Permissions {
  const wanted = new Set(names)
  return new Map([...held].filter(([name]) => wanted.has(name)))
}

/** True for a rule that narrows nothing. */
export function isUnbounded({ own, statuses, fields }: GrantRule): boolean {
  return own === undefined && statuses === undefined && fields === undefined
}

/** What a rule says of a user's action on an item; of every item there is for null. */
export function judge(rule: GrantRule, userId: string | undefined, item: Item | null): Verdict {
  const { own, statuses, fields } = rule
  if (own && (userId === undefined || item?.ownerId !== userId)) {
    return { outcome: 'other_owner', detail: 'only one’s own items' }
  }
  const status = item?.status
  if (statuses && (status === undefined || !statuses.includes(status))) {
    const found = status === undefined ? '' : `, and this one is ${status}`
    return {
      outcome: 'other_status',
      detail: `only items that are ${statuses.join(' or ')}${found}`,
    }
  }
  const masked = fields && item ? missingFrom(fields, item.fields ?? []) : []
  if (fields && (item === null || masked.length > 0)) {
    const asked = masked.length === 0 ? '' : `, not ${masked.join(', ')}`
    return { outcome: 'field_masked', detail: `only the fields ${fields.join(', ')}${asked}` }
  }
  return { outcome: 'allows', detail: 'allows it' }
}

/**
 * Whether the rules together allow an action on an item. They add up: each field must be reached by
 * some rule that reaches the item.
 */
export function allows(
  rules: readonly GrantRule[],
  userId: string | undefined,
  item: Item | null,
): boolean {
  if (item === null) return rules.some(isUnbounded)
  const reached = reachedFields(rules, userId, item)
  return reached !== undefined && missingFrom(reached, item.fields ?? []).length === 0
}

/** The fields of an item that the rules reach; undefined when they do not reach the item. */
export function reachedFields(
  rules: readonly GrantRule[],
  userId: string | undefined,
  { ownerId, status }: Item,
): readonly string[] | 'all' | undefined {
  const reaching = rules.filter(
    (rule) => judge(rule, userId, { ownerId, status }).outcome === 'allows',
  )
  if (reaching.length === 0) return undefined
  const fields = reaching.flatMap((rule) => rule.fields ?? [])
  return reaching.some((rule) => rule.fields === undefined) ? 'all' : fields
}

/**
 * True when the held rules allow whatever the wanted one does. Each status and field that it names is
 * looked at alone; what it does not narrow, some held rule must not narrow either.
 */
export function covers(held: readonly GrantRule[], wanted: GrantRule): boolean {
  const { statuses = [undefined], fields = [undefined] } = wanted
  return statuses.every((status) =>
    fields.every((field) =>
      held.some(
        (rule) =>
          (!rule.own || wanted.own) && holds(rule.statuses, status) && holds(rule.fields, field),
      ),
    ),
  )
}

function holds(bound: readonly string[] | undefined, value: string | undefined): boolean {
  return bound === undefined || (value !== undefined && bound.includes(value))
}

function missingFrom(reached: readonly string[] | 'all', asked: readonly string[]): string[] {
  return reached === 'all' ? [] : asked.filter((field) => !reached.includes(field))
}
