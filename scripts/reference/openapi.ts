import * as z from 'zod'
import type { ErrorDefinition } from '../../src/kernel/errors.ts'
import { errors } from '../../src/kernel/errors.ts'
import type { RouteDefinition } from '../../src/kernel/route.ts'
import { apiKeysErrors } from '../../src/modules/api-keys/index.ts'
import type { Deps } from '../../src/ports/deps.ts'
import { permissionNamed } from '../../src/modules/rbac/index.ts'
import { originRefused } from '../../src/modules/auth/index.ts'
import { modules } from '../../src/app/modules.ts'
import { type MountedRoute, mountedRoutes } from '../../src/app/routes.ts'
import { tenantErrors } from '../../src/app/http/tenant.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 description of every route, made from the zod schemas that parse its requests. */
export function documentOf(): Json {
  const components: Json = { Problem: problemSchema }
  const paths: Record<string, Json> = {}
  for (const mounted of mountedRoutes()) {
    paths[mounted.path] = {
      ...paths[mounted.path],
      [mounted.route.method]: operationOf(mounted, components),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'RusToK Edge',
      version: '1.0.0',
      description:
        'An event-driven, multi-tenant headless platform. Every error is an RFC 9457 problem document.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This deployment' }],
    tags: modules.filter(hasRoutes).map(({ slug, title }) => ({ name: slug, description: title })),
    security: [],
    paths,
    components: {
      schemas: components,
      securitySchemes,
    },
  }
}

const securitySchemes: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a user who has signed in.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-access',
    description:
      'What a log-in in cookie mode sets. Writes need the Origin of a page that may use it.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'rtk_…',
    description: 'An API key with the permission that the operation needs.',
  },
}

const problemSchema: Json = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'Stable; what programs decide on.' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string' },
          detail: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
}

function hasRoutes(module: { slug: string }): boolean {
  return mountedRoutes().some((mounted) => mounted.module === module.slug)
}

function operationOf({ module, route, path }: MountedRoute, components: Json): Json {
  const isSecured = route.access.kind === 'authenticated' || route.access.kind === 'permission'
  const permission =
    route.access.kind === 'permission' ? `Needs \`${route.access.permission}\`.` : undefined
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(permission ? { description: permission } : {}),
    tags: [module],
    ...(isSecured
      ? {
          security: [{ bearer: [] }, { cookie: [] }, ...(isForKeys(route) ? [{ apiKey: [] }] : [])],
        }
      : {}),
    parameters: parametersOf(route, path, components),
    ...(route.body
      ? {
          requestBody: {
            required: !route.bodyOptional,
            content: { 'application/json': { schema: schemaOf(route.body, components, 'body') } },
          },
        }
      : {}),
    ...(route.rawBody ? { requestBody: rawRequestBody(route.rawBody) } : {}),
    responses: responsesOf(route, components),
  }
}

/** A body of bytes (OpenAPI 3.1, Considerations for File Uploads), or a form whose last part is the file. */
function rawRequestBody(media: readonly string[]): Json {
  const form = {
    type: 'object',
    description: 'Fields as those of the query; the file is the last part.',
    required: ['file'],
    properties: { file: { contentMediaType: 'application/octet-stream' } },
  }
  const schemas = media.map((each) => [
    each,
    each === 'multipart/form-data' ? { schema: form } : {},
  ])
  return { required: true, content: Object.fromEntries(schemas) }
}

/** Whether a program may do it by an API key. */
function isForKeys({ access }: RouteDefinition<Deps>): boolean {
  return access.kind === 'permission' && !permissionNamed(modules, access.permission)?.sessionOnly
}

function parametersOf(route: RouteDefinition<Deps>, path: string, components: Json): Json[] {
  const parameters = [
    ...fieldsOf(route.params, 'path', components),
    ...fieldsOf(route.query, 'query', components),
  ].filter(
    (parameter) => parameter['in'] !== 'path' || path.includes(`{${String(parameter['name'])}}`),
  )
  if (route.access.kind !== 'open')
    parameters.push(
      header('X-Tenant-ID', 'The tenant by id or slug, where the host does not name it.'),
    )
  if (route.method !== 'get' && route.idempotency !== 'none') {
    parameters.push(
      header(
        'Idempotency-Key',
        'Makes a repeat of this request answer as the first did; at most 255 characters.',
      ),
    )
  }
  for (const [name, description] of Object.entries(route.headers?.request ?? {}))
    parameters.push(header(name, description))
  if (route.ifMatch)
    parameters.push({
      ...header('If-Match', 'The ETag of the version that is replaced; of a list, any.'),
      required: route.ifMatch === 'required',
    })
  if (route.method === 'get')
    parameters.push(header('If-None-Match', 'Answers 304 when the ETag is still the same.'))
  return parameters
}

function header(name: string, description: string): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } }
}

function fieldsOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  components: Json,
): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, components, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  } // -- params and queries are objects
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function responsesOf(route: RouteDefinition<Deps>, components: Json): Json {
  const { success } = route
  const content = success.media
    ? { [success.media]: { schema: { type: 'string' } } }
    : success.schema && {
        'application/json': { schema: schemaOf(success.schema, components, 'output') },
      }
  const responses: Json = {
    [success.status]: {
      description: success.status === 204 ? 'Done' : 'The result',
      ...(success.status === 204 && !route.headers ? {} : { headers: successHeaders(route) }),
      ...(content ? { content } : {}),
    },
  }
  if (route.method === 'get') responses['304'] = { description: 'Not changed' }
  const byStatus = new Map<number, string[]>()
  for (const error of errorsOf(route))
    byStatus.set(error.status, [...(byStatus.get(error.status) ?? []), error.code])
  for (const [status, codes] of byStatus) {
    const description = codes.map((code) => `\`${code}\``).join(', ')
    responses[status] = {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }
  }
  return responses
}

function successHeaders(route: RouteDefinition<Deps>): Json {
  const text = { schema: { type: 'string' } }
  const { always, answer } = route.headers ?? {}
  return {
    ...(route.success.status === 204 ? {} : { ETag: text }),
    ...Object.fromEntries(Object.keys({ ...always, ...answer }).map((name) => [name, text])),
    ...(route.location ? { Location: text } : {}),
    ...(route.language ? { 'Content-Language': text } : {}),
  }
}

function errorsOf(route: RouteDefinition<Deps>): ErrorDefinition[] {
  const isTenantless = route.access.kind === 'open'
  const all: ErrorDefinition[] = [
    ...(isTenantless
      ? []
      : [tenantErrors.notFound, tenantErrors.suspended, errors.unauthenticated]),
    ...(route.access.kind === 'permission' ? [errors.forbidden] : []),
    ...(route.access.kind === 'authenticated' ? [errors.sessionRequired] : []),
    ...(isForKeys(route) ? [apiKeysErrors.addressRefused] : []),
    ...(isTenantless || route.method === 'get' ? [] : [originRefused]),
    ...(route.params ? [errors.notFound] : []),
    ...(route.query || route.body || route.rawBody ? [errors.badRequest, errors.invalidInput] : []),
    ...(route.body || route.rawBody ? [errors.contentTooLarge, errors.unsupportedMediaType] : []),
    ...(route.ifMatch ? [errors.preconditionFailed, errors.badRequest] : []),
    ...(route.ifMatch === 'required' ? [errors.preconditionRequired] : []),
    ...(route.method !== 'get' && route.idempotency !== 'none'
      ? [errors.idempotencyMismatch, errors.conflict]
      : []),
    errors.notAcceptable,
    errors.tooManyRequests,
    errors.unavailable,
    ...(route.errors ?? []),
  ]
  const byCode = new Map(all.map((error) => [error.code, error]))
  return [...byCode.values()].sort((a, b) => a.status - b.status || a.code.localeCompare(b.code))
}

/** A schema as JSON Schema 2020-12; named schemas become components. */
function schemaOf(schema: z.ZodType, components: Json, use: 'body' | 'input' | 'output'): Json {
  const {
    $schema: _,
    $defs = {},
    ...json
  } = z.toJSONSchema(schema, {
    io: use === 'output' ? use : 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      if (use === 'body') tellDefault(jsonSchema)
    },
  })
  for (const [name, definition] of Object.entries($defs)) components[name] = relink(definition)
  return relink(json) as Json // -- relinking keeps an object an object
}

/** Generators of clients take a member of a body that has a default for one that must be sent. */
function tellDefault(schema: z.core.JSONSchema.BaseSchema): void {
  if (!('default' in schema)) return
  const told = `Default: ${JSON.stringify(schema.default)}.`
  schema.description = [schema.description, told].filter(Boolean).join(' ')
  delete schema.default
}

/** Points references at the document's components. */
function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === '$ref' && typeof entry === 'string'
        ? entry.replace('#/$defs/', '#/components/schemas/')
        : relink(entry),
    ]),
  )
}
