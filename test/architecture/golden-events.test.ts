import { readFileSync, readdirSync } from 'node:fs'
import Ajv from 'ajv'
import specs from '@asyncapi/specs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { brokenPromises, goldenFindings } from '../../scripts/check/golden-events.ts'
import {
  asyncApiDocument,
  eventTypes,
  eventsSchema,
  exampleOf,
  nameOf,
  payloadSchemaOf,
} from '../../scripts/reference/events.ts'
import { inRoot } from '../../scripts/support/paths.ts'
import { readPayload } from '../../src/kernel/events.ts'
import { envelopeSchema } from '../../src/modules/events/index.ts'

const folder = (name: string) => {
  const path = inRoot('test', 'golden', name)
  return new Map<string, Record<string, unknown>>(
    readdirSync(path).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(`${path}/${file}`, 'utf8')),
    ]),
  )
}

const examples = folder('events')
const types = eventTypes()

describe('events that were stored once', () => {
  it.each([...examples])('%s is read by the type of today', (name, stored) => {
    const event = envelopeSchema.parse(stored)
    expect(nameOf(event)).toBe(name)
    const declared = types.find(({ type }) => type === event.type)
    if (!declared) throw new Error(`nobody declares ${event.type}`)
    const payload = readPayload(declared, event.version, event.payload)
    if (event.version === declared.version) expect(payload).toMatchObject(Object(event.payload))
  })
})

describe('the schema of an event type', () => {
  it('keeps what its version has promised', () => {
    const declared = types.map((event) => ({ name: nameOf(event), schema: payloadSchemaOf(event) }))
    const known = new Set(examples.keys())
    expect(goldenFindings(declared, folder('event-schemas'), known)).toEqual([])
  })

  const golden = z.toJSONSchema(
    z.object({
      slug: z.string(),
      kind: z.enum(['a', 'b']),
      tags: z.array(z.object({ id: z.string() })),
      note: z.string().nullable(),
    }),
  )
  const fields = {
    slug: z.string(),
    kind: z.enum(['a', 'b']),
    tags: z.array(z.object({ id: z.string() })),
    note: z.string().nullable(),
  }

  it.each([
    ['an added field', { ...fields, more: z.string() }, []],
    [
      'an added field of what a list holds',
      { ...fields, tags: z.array(z.object({ id: z.string(), name: z.string() })) },
      [],
    ],
    ['a description', { ...fields, slug: z.string().meta({ description: 'The slug' }) }, []],
    ['another type', { ...fields, slug: z.number() }, ['payload.slug has another type']],
    [
      'a field that may be absent',
      { ...fields, slug: z.string().optional() },
      ['payload.slug may be absent'],
    ],
    [
      'another choice',
      { ...fields, kind: z.enum(['a', 'b', 'c']) },
      ['payload.kind has another enum'],
    ],
    [
      'a field that may not be null any more',
      { ...fields, note: z.string() },
      ['payload.note has another type'],
    ],
    [
      'a lost field of what a list holds',
      { ...fields, tags: z.array(z.object({ name: z.string() })) },
      ['payload.tags[].id is gone', 'payload.tags[].id may be absent'],
    ],
  ])('is compared: %s', (_, shape, broken) => {
    expect(brokenPromises(golden, z.toJSONSchema(z.object(shape)))).toEqual(broken)
  })

  it('may not be removed, and may not lack its golden files', () => {
    const schema = z.toJSONSchema(z.object(fields))
    const found = goldenFindings(
      [{ name: 'a.b.done.v2', schema }],
      new Map([['a.b.done.v1', schema]]),
      new Set(['a.b.done.v1', 'a.b.undone.v1']),
    )
    expect(found.map(({ where, what }) => `${where} ${what}`)).toEqual([
      'test/golden/event-schemas/a.b.done.v2.json is missing',
      'test/golden/events/a.b.undone.v1.json is of a type that nobody declares',
    ])
  })
})

describe('the catalogue for machines', () => {
  it('is an AsyncAPI 3.0 document whose references all lead somewhere', () => {
    const document = asyncApiDocument()
    // The specification brings the schema of schemas along.
    const options = { strict: false, validateFormats: false, meta: false, validateSchema: false }
    const validate = new Ajv(options).compile(Object(specs.schemas['3.0.0']))
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(types.length)
    for (const [, path = ''] of references) expect(at(document, path), path).toBeDefined()
  })

  it('has a schema that takes every example and refuses a payload of another type', () => {
    const { $schema: _, ...schema } = eventsSchema()
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
    for (const event of types) {
      expect(validate(exampleOf(event)), event.type).toBe(true)
      expect(validate({ ...exampleOf(event), payload: { wrong: true } }), event.type).toBe(false)
      expect(validate({ ...exampleOf(event), version: event.version + 1 }), event.type).toBe(false)
    }
  })
})

function at(document: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((value, key) => Object(value)[key.replaceAll('~1', '/')], document)
}
