import { beforeAll, describe, expect, it } from 'vitest'
import { FetchFailure } from '../../../src/ports/fetcher.ts'
import { REFUSED_TARGETS } from '../../support/refused-targets.ts'
import type { World } from '../../support/world.ts'
import {
  deliveryTo,
  happen,
  makeEndpoint,
  planName,
  sinkHost,
  sinkName,
  sinkTarget,
  takenBy,
  webhookWorld,
} from './support.ts'

let world: World

beforeAll(async () => {
  world = await webhookWorld()
})

async function register(url: string): Promise<Response> {
  const admin = await world.as('admin')
  return admin.fetch('POST', '/api/v1/webhooks/endpoints', { body: { url, events: ['*'] } })
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** What the DNS may say of a name that a stranger controls. */
const PRIVATE_ANSWERS = [
  '127.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.168.1.1',
  '0.0.0.0',
] as const
const PRIVATE_ANSWERS_6 = [
  '::1',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
] as const

describe('a target that webhooks may not go to', () => {
  it.each(REFUSED_TARGETS)('W5: %s is refused at registration', async (_, url) => {
    const response = await register(url)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/url' }] })
  })

  it.each(REFUSED_TARGETS)('W5: %s is refused at each send', async (_, url) => {
    const error = await failureOf(
      world.deps().fetcher.post({ url, endpoint: '', headers: {}, body: '' }),
    )
    expect(error).toBeInstanceOf(FetchFailure)
    expect(error).toMatchObject({ kind: 'refused' })
  })

  it.each([
    ...PRIVATE_ANSWERS.map((address) => ['A', address] as const),
    ...PRIVATE_ANSWERS_6.map((address) => ['AAAA', address] as const),
  ])(
    'W5: a name whose %s is %s is refused, though another answer is public',
    async (type, address) => {
      const name = `${sinkName()}.example.com`
      await planName({ name, type, answers: [['1.1.1.1', address].slice(type === 'A' ? 0 : 1)] })
      if (type === 'AAAA') await planName({ name, type: 'A', answers: [['1.1.1.1']] })
      const response = await register(`https://${name}/`)
      expect(response.status).toBe(422)
      expect(await response.text()).toContain('private address')
    },
  )

  it('W5: a name that leads elsewhere after its registration is refused at the send', async () => {
    const own = await webhookWorld()
    const name = `${sinkName()}.example.com`
    await planName({ name, type: 'A', answers: [['93.184.216.34'], ['127.0.0.1']] })
    const { id } = await makeEndpoint(own, { url: `https://${name}/` })
    await happen(own)
    await own.drain()
    expect(await deliveryTo(own, id)).toMatchObject({
      state: 'pending',
      status: null,
      error: 'refused: the name leads to a private address',
    })
  })

  it('W5: a name that nobody knows is refused', async () => {
    const response = await register(`https://${sinkName()}.example.com/`)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('the name leads nowhere')
  })

  it('W5: any name is refused while the resolver does not answer', async () => {
    const own = await webhookWorld({ env: { WEBHOOKS_RESOLVER: 'http://127.0.0.1:1/dns-query' } })
    const { fetcher } = own.deps()
    const error = await failureOf(fetcher.check('https://hooks.example.com/'))
    expect(error).toMatchObject({ kind: 'unresolved' })
  })

  it('W5: is every port of an allowed host but the one that is allowed', async () => {
    const [host, port] = sinkHost.split(':')
    const { fetcher } = world.deps()
    await expect(fetcher.check(`http://${sinkHost}/`)).resolves.toBeUndefined()
    for (const url of [`http://${host}:${Number(port) + 1}/`, `http://${host}/`]) {
      expect(await failureOf(fetcher.check(url))).toMatchObject({ kind: 'refused' })
    }
  })

  it('W5: is refused for an endpoint that is changed, which stays as it was', async () => {
    const { id, url } = await makeEndpoint(world, { url: sinkTarget(sinkName()) })
    const admin = await world.as('admin')
    const response = await admin.fetch('PATCH', `/api/v1/webhooks/endpoints/${id}`, {
      body: { url: 'https://127.0.0.1/' },
      headers: { 'if-match': '*' },
    })
    expect(response.status).toBe(422)
    expect(await admin.json('GET', `/api/v1/webhooks/endpoints/${id}`)).toMatchObject({ url })
  })
})

describe('a target that answers with a redirect to a private one', () => {
  it('W5: is not followed there', async () => {
    const own = await webhookWorld()
    const [name, behind] = [sinkName(), sinkName()]
    await makeEndpoint(own, { url: sinkTarget(name, `redirect/${behind}`) })
    await happen(own)
    await own.drain()
    expect(await takenBy(behind)).toEqual([])
  })
})
