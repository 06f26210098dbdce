import { describe, expect, test } from 'vitest'
import { graphqlLimits } from '../../../src/app/graphql/limits.ts'
import { getRequest, makeEndpoint, readAnswer } from './support.ts'

const address = 'https://demo.rustok.test/graphql'
const hello = '{ hello }'

describe('a GET', () => {
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await makeEndpoint().send(getRequest({ query: hello }, headers))).status

  const taken: Record<string, Record<string, string>> = {
    'that names a media type of GraphQL': { accept: 'application/json' },
    'of Apollo Client': { accept: '*/*', 'apollo-require-preflight': 'true' },
    'with a content type that needs a preflight': { 'content-type': 'application/json' },
    'of a page of the same origin': { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
    'of a foreign page after a preflight': {
      'sec-fetch-site': 'cross-site',
      'x-apollo-operation-name': 'Hello',
      origin: 'https://shop.test',
    },
    'by a runtime that marks its fetches': { accept: '*/*', 'sec-fetch-mode': 'cors' },
  }

  test.for(Object.entries(taken))('%s is taken', async ([, headers]) => {
    expect(await status(headers)).toBe(200)
  })

  const refused: Record<string, Record<string, string>> = {
    'without a header': {},
    'by an image of an old browser': { accept: 'image/png,*/*' },
    'by an image of a foreign page': { accept: 'image/png,*/*', 'sec-fetch-site': 'cross-site' },
    'by a fetch of a foreign page': {
      accept: 'application/json',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
      origin: 'https://evil.test',
    },
    'by a fetch of a sister site': { accept: 'application/json', 'sec-fetch-site': 'same-site' },
    'by a fetch of an old browser': { accept: 'application/json', origin: 'https://evil.test' },
    'with the content type of a form': { 'content-type': 'application/x-www-form-urlencoded' },
  }

  test.for(Object.entries(refused))('%s is refused', async ([, headers]) => {
    const { send, calls } = makeEndpoint()
    const answer = await readAnswer(await send(getRequest({ query: hello }, headers)))
    expect([answer.status, answer.codes]).toEqual([400, ['GRAPHQL_PREFLIGHT_REQUIRED']])
    expect(calls).toEqual([])
  })

  test('takes variables as JSON', async () => {
    const { send } = makeEndpoint()
    const variables = JSON.stringify({ n: 'Ada' })
    const parameters = { query: 'query($n: String) { hello(name: $n) }', variables, extensions: '' }
    const answer = await readAnswer(await send(getRequest(parameters)))
    expect(answer.data).toEqual({ hello: 'Hello Ada' })
  })

  test.for(
    ['variables', 'extensions'].flatMap((name) => [
      [name, '{"n": ', `The parameter "${name}" is not JSON at line 1, column 7.`] as const,
      [name, '{"n": 1, "n": 2}', `The parameter "${name}" names the member "n" twice.`] as const,
      [name, '[]', `"${name}" must be an object.`] as const,
      [name, '"text"', `"${name}" must be an object.`] as const,
    ]),
  )('refuses %s of %s, and tells why', async ([name, value, why]) => {
    const response = await makeEndpoint().send(getRequest({ query: hello, [name]: value }))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ message: why }] })
  })

  test('refuses a parameter given twice', async () => {
    const request = new Request(`${address}?query=%7Bhello%7D&query=%7Bhello%7D`, {
      headers: { accept: 'application/json' },
    })
    expect((await makeEndpoint().send(request)).status).toBe(400)
  })

  test('refuses an address past the limit', async () => {
    const query = `${hello} #${'x'.repeat(graphqlLimits.bodyBytes)}`
    expect((await makeEndpoint().send(getRequest({ query }))).status).toBe(413)
  })
})
