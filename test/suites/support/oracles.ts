/** What no list may be filtered, sorted or selected by: private columns, relations and nothing at all. */
export const HIDDEN_FIELDS = [
  'passwordHash',
  'password_hash',
  'securityVersion',
  'tenantId',
  'tenant_id',
  'refreshTokens.hash',
  'sessions.clientAddress',
  'author.user.email',
  'user_roles.role',
  'shard',
  '__proto__',
  'noSuchField',
] as const

/**
 * Ways in which the query languages of other platforms filter, sort, select and expand, as query
 * strings. Each would change the answer, were it understood: no value begins with `~`.
 */
export const queryForms: Readonly<Record<string, (field: string) => string>> = {
  equality: (field) => `${field}=~`,
  'an operator in brackets': (field) => `${field}[$regex]=^~`,
  negation: (field) => `${field}[$ne]=`,
  'an operator by underscores': (field) => `${field}__startswith=~`,
  'an operator by a dot': (field) => `${field}=like.~*`,
  'filter[]': (field) => `filter[${field}]=~`,
  'filter[] with an operator': (field) => `filter[${field}][_starts_with]=~`,
  'filters[] with an operator': (field) => `filters[$or][0][${field}][$startsWith]=~`,
  'filter of OData': (field) => `$filter=startswith(${field},'~')`,
  'where as JSON': (field) => `where={"${field}":{"startsWith":"~"}}`,
  'where in brackets': (field) => `where[${field}][not_equals]=`,
  'search in a field': (field) => `search=~&searchFields=${field}`,
  sort: (field) => `sort=${field}`,
  'sort, turned': (field) => `sort=-${field}`,
  orderBy: (field) => `orderBy[${field}]=desc`,
  'order of PostgREST': (field) => `order=${field}.desc`,
  'order of OData': (field) => `$orderby=${field} desc`,
  select: (field) => `select=${field}`,
  fields: (field) => `fields=${field}`,
  'fields[] of a type': (field) => `fields[users]=${field}`,
  include: (field) => `include=${field}`,
  'expand of OData': (field) => `$expand=${field}`,
  populate: (field) => `populate[${field}]=*`,
  with: (field) => `with=${field}`,
  'groups and aggregates': (field) => `groupBy=${field}&aggregate[min]=${field}`,
  distinct: (field) => `distinct=${field}`,
}

/** What is asked of a list beside the rest: arguments of its field, or something of its items. */
export type Addition = { readonly args: string } | { readonly item: string }

/** The document of a plain list with the addition to its one root field, or to what that lists. */
export function withAddition(document: string, addition: Addition): string {
  if ('item' in addition) return document.replace(ITEMS, `$&${addition.item} `)
  return document.replace(/(\{ \w+)(\(?)/, (_, call: string, open: string) =>
    open === '' ? `${call}(${addition.args})` : `${call}(${addition.args}, `,
  )
}

/** The beginning of a document up to the selection of an item, whether or not it stands in `items`. */
const ITEMS = /^[^{]*\{ \w+(\([^)]*\))? \{ (items \{ )?/

/** The same ways in GraphQL; a path of fields becomes nested objects. */
export const graphqlForms: Readonly<Record<string, (field: string) => Addition>> = {
  'an argument': (field) => ({ args: `${flat(field)}: "~"` }),
  'an argument with an operator': (field) => ({ args: nested(field, '{ startsWith: "~" }') }),
  filter: (field) => ({ args: `filter: { ${nested(field, '"~"')} }` }),
  'filter with an operator': (field) => ({ args: `filter: { ${nested(field, '{ eq: "~" }')} }` }),
  filters: (field) => ({ args: `filters: { or: [{ ${nested(field, '{ startsWith: "~" }')} }] }` }),
  where: (field) => ({ args: `where: { ${nested(field, '{ _like: "~%" }')} }` }),
  'where, turned': (field) => ({ args: `where: { NOT: { ${nested(field, '""')} } }` }),
  condition: (field) => ({ args: `condition: { ${nested(field, '"~"')} }` }),
  sort: (field) => ({ args: `sort: "${field}:desc"` }),
  orderBy: (field) => ({ args: `orderBy: { ${nested(field, 'desc')} }` }),
  order_by: (field) => ({ args: `order_by: [{ ${nested(field, 'desc_nulls_last')} }]` }),
  'orderBy as an enum': (field) => ({ args: `orderBy: ${flat(field).toUpperCase()}_DESC` }),
  distinct: (field) => ({ args: `distinctOn: [${flat(field)}]` }),
  'a selection': (field) => ({ item: selected(field) }),
  'a selection under another name': (field) => ({ item: `id: ${selected(field)}` }),
  'a selection in a fragment': (field) => ({ item: `... { ${selected(field)} }` }),
  'a selection that is skipped': (field) => ({ item: `x: ${selected(field)} @skip(if: true)` }),
}

const flat = (field: string): string => field.replaceAll('.', '_')

function nested(field: string, value: string): string {
  const [last = '', ...parents] = field.split('.').toReversed()
  return parents.reduce((inner, name) => `${name}: { ${inner} }`, `${last}: ${value}`)
}

function selected(field: string): string {
  const [last = '', ...parents] = field.split('.').toReversed()
  return parents.reduce((inner, name) => `${name} { ${inner} }`, last)
}
