import { beforeAll, describe, expect, it } from 'vitest'
import type { MountedRoute } from '../../src/app/routes.ts'
import { contentsOf } from './support/database.ts'
import { type House, createHouse } from './support/house.ts'
import { operations, send, withExample } from './support/operations.ts'
import { problemOf } from './support/problem.ts'
import { bodyFields, schemaOf } from './support/schemas.ts'

/** What no client may set, in the spellings of REST and of SQL. */
const NEVER_SET = `id tenantId tenant_id tenant userId user_id ownerId createdBy created_by
  createdAt created_at updatedAt updated_at publishedAt sortAt version sequence status role roles
  permissions isAdmin isSystem isControl is_control shard passwordHash password_hash securityVersion
  security_version html price __proto__ constructor prototype`.split(/\s+/)

let house: House

beforeAll(async () => {
  house = await createHouse()
})

const bodied = operations
  .filter(({ route }) => route.body)
  .map((mounted) => [mounted.route.operationId, mounted] as const)

/** What a client may not set here: what is never set, and what the answer shows and the body lacks. */
function forbidden(mounted: MountedRoute): string[] {
  const taken = bodyFields(mounted).map(({ name }) => name)
  const { schema } = mounted.route.success
  const shown = schema ? Object.keys(schemaOf(schema).properties ?? {}) : []
  return [...new Set([...NEVER_SET, ...shown])].filter((name) => !taken.includes(name))
}

describe('what a client may not set', () => {
  it.each(bodied)('%s refuses it by its name, and writes nothing', (id, mounted) =>
    withExample(house, id, async (example) => {
      const tenants = [house.home.tenantId, house.control.tenantId]
      const before = await contentsOf(tenants)
      for (const name of forbidden(mounted)) {
        // As text: a member named __proto__ would not be a member of an object here.
        const valid = JSON.stringify(example.body).slice(1)
        const body = `{${JSON.stringify(name)}:1${valid === '}' ? '' : ','}${valid}`
        const problem = await problemOf(await send(mounted, { ...example, body }), name)
        expect(problem, name).toMatchObject({ status: 422, errors: [{ pointer: `/${name}` }] })
      }
      expect(await contentsOf(tenants)).toBe(before)
    }),
  )

  it.each(bodied)('%s refuses it inside of its objects too', (id, mounted) =>
    withExample(house, id, async (example) => {
      for (const { name, schema } of bodyFields(mounted)) {
        const parts = [schema, ...(schema.anyOf ?? [])]
        if (!parts.some((part) => part.type === 'object' && part.properties)) continue
        const body = { ...recordOf(example.body), [name]: { tenantId: 1 } }
        const problem = await problemOf(await send(mounted, { ...example, body }), name)
        expect(problem.status).toBe(422)
        expect(problem.errors?.map(({ pointer }) => pointer)).toContain(`/${name}/tenantId`)
      }
    }),
  )
})

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
