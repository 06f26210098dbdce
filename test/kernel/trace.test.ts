import { describe, expect, it } from 'vitest'
import {
  formatTraceparent,
  parseTraceparent,
  traceOfRequest,
  traceOfWork,
} from '../../src/kernel/trace.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const ID = '01a20125-abb0-7328-82e5-12b27ec975de'

describe('a caller’s traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, true],
    [`00-${TRACE}-${SPAN}-00`, false],
    [`00-${TRACE}-${SPAN}-03`, true],
    [`01-${TRACE}-${SPAN}-01`, true],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, true],
  ])('is read: %s', (header, isSampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled })
  })

  it.each([
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01-`,
    `cc-${TRACE}-${SPAN}-01.more`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-0x`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])('is ignored when the specification says so: “%s”', (header) => {
    expect(parseTraceparent(header)).toBeUndefined()
  })
})

describe('a request', () => {
  it('goes on with its caller’s trace as a span of its own', () => {
    const trace = traceOfRequest(`00-${TRACE}-${SPAN}-01`, ID)
    expect(trace).toEqual({
      traceId: TRACE,
      spanId: '82e512b27ec975de',
      parentId: SPAN,
      isSampled: true,
    })
    expect(formatTraceparent(trace)).toBe(`00-${TRACE}-82e512b27ec975de-01`)
  })

  it.each([null, 'nonsense'])('begins a trace that its id tells: %s', (header) => {
    const trace = traceOfRequest(header, ID)
    expect(formatTraceparent(trace)).toBe('00-01a20125abb0732882e512b27ec975de-82e512b27ec975de-00')
    expect(trace.parentId).toBeUndefined()
  })
})

describe('an event or a job', () => {
  it('is a span below what led to it', () => {
    const request = traceOfRequest(`00-${TRACE}-${SPAN}-01`, ID)
    const id = '01a20125-abb0-7328-9000-0603e3de80c3'
    const event = traceOfWork({ traceId: request.traceId, id, cause: ID })
    expect(event).toMatchObject({ traceId: TRACE, spanId: '90000603e3de80c3' })
    expect(event.parentId).toBe(request.spanId)
  })

  it('has no parent when a client has named the request itself', () => {
    const cause = 'client.id_1'
    expect(traceOfWork({ traceId: TRACE, id: ID, cause }).parentId).toBeUndefined()
  })
})
