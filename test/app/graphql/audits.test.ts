import { serverAudits } from 'graphql-http'
import { describe, expect, test } from 'vitest'
import { makeEndpoint } from './support.ts'

const { send } = makeEndpoint()

/**
 * Node's `fetch`, which the audits use over a network, adds `Accept` and `Sec-Fetch-Mode` to each
 * request. They decide whether the audits' bare GET is taken.
 */
function fetchAsNode(address: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('accept')) headers.set('accept', '*/*')
  headers.set('sec-fetch-mode', 'cors')
  return send(new Request(address, { ...init, headers }), true)
}

const audits = serverAudits({ url: 'https://demo.rustok.test/graphql', fetchFn: fetchAsNode })

describe('the GraphQL-over-HTTP audits', () => {
  test('are the 61 that the suite had when it was pinned', () => {
    const level = (name: string): number =>
      audits.filter((audit) => audit.name.startsWith(`${name} `)).length
    expect([audits.length, level('MUST'), level('SHOULD'), level('MAY')]).toEqual([61, 13, 23, 25])
  })

  test.for(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: the endpoint %s',
    async ([, , audit]) => {
      const result = await audit.fn()
      expect('reason' in result ? result.reason : result.status).toBe('ok')
    },
  )
})
