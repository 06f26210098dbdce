/** Fields with their values before and after a change; a side that was not there is absent. */
export type Changes = Readonly<
  Record<string, { readonly before?: unknown; readonly after?: unknown }>
>

/**
 * The named fields that differ. Without `before` a thing was made, without `after` it was removed; then
 * every named field is told. Name no field that holds a secret.
 */
export function changesBetween<Thing extends object>(
  before: Thing | undefined,
  after: Thing | undefined,
  fields: readonly (keyof Thing & string)[],
): Changes {
  const changed = fields.filter((field) => textOf(before?.[field]) !== textOf(after?.[field]))
  return Object.fromEntries(
    changed.map((field) => [
      field,
      {
        ...(before ? { before: before[field] } : {}),
        ...(after ? { after: after[field] } : {}),
      },
    ]),
  )
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? ''
}
