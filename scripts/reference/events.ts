import * as z from 'zod'
import { modules } from '../../src/app/modules.ts'
import type { EventEnvelope, EventType } from '../../src/kernel/events.ts'
import { envelopeSchema } from '../../src/modules/events/index.ts'
import manifest from '../../package.json' with { type: 'json' }
import { page } from './markdown.ts'

/** JSON Schema as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Every declared event type, by type. */
export function eventTypes(): EventType[] {
  return modules
    .flatMap((module) => module.events)
    .toSorted((one, other) => (one.type < other.type ? -1 : 1))
}

/** The name of a type in a version. */
export function nameOf({ type, version }: Pick<EventType, 'type' | 'version'>): string {
  return `${type}.v${version}`
}

/** The JSON Schema of a payload. */
export function payloadSchemaOf({ schema }: Pick<EventType, 'schema'>): JsonSchema {
  return bare(z.toJSONSchema(schema))
}

/** An event of a type, with its example. The same for ever. */
export function exampleOf({ type, version, example }: EventType): EventEnvelope {
  const [, aggregate = ''] = type.split('.')
  return {
    id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
    type,
    version,
    tenantId: '01931f7e-7c10-7d3e-8f0a-4be7a6f3c2d0',
    aggregate: { type: aggregate, id: '01931f7e-7c12-7a5b-b1c4-9a3d2e6f7081', version: 1 },
    actor: { kind: 'user', id: '01931f7e-7c13-7c6d-a2e5-0b4c3f708192' },
    correlationId: '01931f7e-7c14-7e8f-93f6-1c5d40819203',
    causationId: null,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    occurredAt: 1_767_225_600_000,
    payload: example,
  }
}

/** Every event type with its payload, for readers. */
export function eventsPage(): string {
  const parts = modules.flatMap((module) =>
    module.events
      .toSorted((one, other) => one.type.localeCompare(other.type))
      .map((event) =>
        [
          `## ${event.type}`,
          `Version ${event.version}, since ${event.since}. ${event.description}`,
          json('Payload', payloadSchemaOf(event)),
          json('Example', event.example),
        ].join('\n\n'),
      ),
  )
  return page(
    'Events',
    'What the platform tells of itself, once and in order per aggregate. For machines: events.schema.json (JSON Schema) and asyncapi.json (AsyncAPI 3.0).',
    parts,
  )
}

/** The envelope and each type in its version, as JSON Schema 2020-12. */
export function eventsSchema(): JsonSchema {
  const types = eventTypes()
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Events',
    description: 'An event of any declared type, as its subscribers get it.',
    oneOf: types.map((event) => envelopeOf(event, '#/$defs')),
    $defs: {
      envelope: bare(z.toJSONSchema(envelopeSchema)),
      ...Object.fromEntries(
        types.map((event) => [
          nameOf(event),
          { ...payloadSchemaOf(event), description: event.description, examples: [event.example] },
        ]),
      ),
    },
  }
}

/** What the platform sends, as AsyncAPI 3.0: a channel and an operation of each type. */
export function asyncApiDocument(): JsonSchema {
  const types = eventTypes()
  const entries = (of: (event: EventType) => unknown, key: (event: EventType) => string) =>
    Object.fromEntries(types.map((event) => [key(event), of(event)]))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'RusToK Edge events',
      version: manifest.version,
      description: 'What the platform tells of itself, once and in order per aggregate.',
    },
    defaultContentType: 'application/json',
    channels: entries(channelOf, ({ type }) => type),
    operations: entries(operationOf, ({ type }) => `send.${type}`),
    components: {
      messages: entries(messageOf, nameOf),
      schemas: {
        envelope: draft7(envelopeSchema),
        ...entries(({ schema }) => draft7(schema), nameOf),
      },
    },
  }
}

function channelOf(event: EventType): JsonSchema {
  const { type, description, version } = event
  return {
    address: type,
    description,
    messages: { [`v${version}`]: { $ref: `#/components/messages/${nameOf(event)}` } },
  }
}

function operationOf({ type, version, description }: EventType): JsonSchema {
  return {
    action: 'send',
    summary: description,
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/v${version}` }],
  }
}

function messageOf(event: EventType): JsonSchema {
  const { type, version, since, description } = event
  return {
    name: type,
    title: `${type}, version ${version}`,
    summary: description,
    description: `Since ${since}.`,
    contentType: 'application/json',
    payload: envelopeOf(event, '#/components/schemas'),
    examples: [{ name: 'example', payload: exampleOf(event) }],
  }
}

function envelopeOf(event: EventType, definitions: string): JsonSchema {
  return {
    allOf: [
      { $ref: `${definitions}/envelope` },
      {
        type: 'object',
        properties: {
          type: { const: event.type },
          version: { const: event.version },
          payload: { $ref: `${definitions}/${nameOf(event)}` },
        },
      },
    ],
  }
}

function draft7(schema: z.ZodType): JsonSchema {
  return bare(z.toJSONSchema(schema, { target: 'draft-7' }))
}

function bare({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema
}

function json(title: string, value: unknown): string {
  return `${title}:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}
