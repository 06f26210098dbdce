import { describe, expect, it } from 'vitest'
import { UsageError } from '../../scripts/support/main.ts'
import { parseTaskFlags } from '../../scripts/task/flags.ts'
import { identityOf } from '../../scripts/task/identity.ts'
import { inputOf } from '../../scripts/task/input.ts'
import { argumentLines, inputSchema } from '../../scripts/task/schema.ts'

const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'accepted'
}

const nobody = { email: undefined, password: undefined, token: undefined }

describe('the flags of npm run task', () => {
  it('list the tasks of this machine when there are none', () => {
    expect(parseTaskFlags([], {})).toEqual({
      name: undefined,
      args: [],
      url: undefined,
      tenant: undefined,
      background: false,
      help: false,
      ...nobody,
    })
  })

  it('name the task, its arguments, the server and the tenant in any order', () => {
    const args = ['--tenant', 'demo', 'blog:import', '--url=https://api.example.com/', './posts']
    expect(parseTaskFlags(args, {})).toMatchObject({
      name: 'blog:import',
      args: ['./posts'],
      url: 'https://api.example.com',
      tenant: 'demo',
    })
  })

  it.each(['api.example.com', 'ftp://example.com', 'http://example.com/api', 'http://a@b.example'])(
    'refuse %s as a server',
    (url) => {
      expect(refusal(() => parseTaskFlags(['--url', url], {}))).toContain('--url must be like')
    },
  )

  it('take who signs in from the environment, where a flag wins', () => {
    const env = { RUSTOK_TOKEN: 't', RUSTOK_EMAIL: 'e@env.example', RUSTOK_PASSWORD: 'p' }
    expect(parseTaskFlags([], env)).toMatchObject({ token: 't' })
    const byFlag = ['--email', 'e@flag.example', '--password', 'q']
    expect(parseTaskFlags(byFlag, env)).toMatchObject({
      email: 'e@flag.example',
      password: 'q',
      token: undefined,
    })
    expect(parseTaskFlags(['--email', 'e@flag.example'], env).password).toBe('p')
  })

  it('leave to the task what stands behind its name', () => {
    const flags = parseTaskFlags(
      [
        '--email',
        'a@b.example',
        '--password',
        'q',
        'users:create',
        '--email',
        'new@b.example',
      ].concat(['--tenant', 'demo', '--background', 'name=New']),
      {},
    )
    expect(flags).toMatchObject({
      email: 'a@b.example',
      tenant: 'demo',
      background: true,
      args: ['--email', 'new@b.example', 'name=New'],
    })
  })

  it('refuse half a log-in and what is unknown', () => {
    expect(refusal(() => parseTaskFlags(['--email', 'a@b.example'], {}))).toContain(
      'belong together',
    )
    expect(refusal(() => parseTaskFlags(['--password', 'x'], {}))).toContain('belong together')
    expect(refusal(() => parseTaskFlags(['--tennant', 'x'], {}))).toContain('--tennant')
  })
})

describe('who runs a task', () => {
  const secrets = {
    DEMO_PASSWORD: 'demo-password',
    FIRST_ADMIN_EMAIL: 'first@platform.example',
    FIRST_ADMIN_PASSWORD: 'first-password',
  }

  it('is the seeded administrator of the tenant on this machine', () => {
    expect(identityOf(nobody, 'acme', secrets)).toEqual({
      email: 'admin@acme.example',
      password: 'demo-password',
    })
    expect(identityOf(nobody, 'control', secrets)).toEqual({
      email: 'first@platform.example',
      password: 'first-password',
    })
  })

  it('is the one who is named, before the seeded one', () => {
    const login = { email: 'a@b.example', password: 'x' }
    expect(identityOf({ ...nobody, ...login }, 'demo', secrets)).toEqual(login)
    expect(identityOf({ ...nobody, token: 't' }, 'demo', secrets)).toEqual({ token: 't' })
  })

  it('must be named on another machine, and where the local secrets are gone', () => {
    expect(refusal(() => identityOf(nobody, 'demo', undefined))).toContain('Say who signs in')
    expect(refusal(() => identityOf(nobody, 'demo', {}))).toContain('Say who signs in')
  })
})

describe('the arguments of a task', () => {
  it('are its input, by key', () => {
    expect(inputOf(['slug=shop', 'name=A = B', 'modules=["blog"]', 'limit=5', 'empty='])).toEqual({
      slug: 'shop',
      name: 'A = B',
      modules: ['blog'],
      limit: 5,
      empty: '',
    })
  })

  const schema = inputSchema.parse({
    properties: {
      slug: { type: 'string', description: 'Its name.' },
      limit: { type: 'integer', default: 200 },
      isLoud: { type: 'boolean' },
      targets: { type: 'array', items: { type: 'string' } },
      settings: { type: 'object' },
    },
    required: ['slug'],
    additionalProperties: false,
  })

  it('are read by the schema of the task', () => {
    const args = ['--slug', '007', '--limit=5', '--is-loud', '--targets', 'a', '--targets', '2']
    expect(inputOf([...args, '--settings', '{"a":1}'], schema)).toEqual({
      slug: '007',
      limit: 5,
      isLoud: true,
      targets: ['a', '2'],
      settings: { a: 1 },
    })
    expect(inputOf(['targets=["a","b"]', '--is-loud', 'false'], schema)).toEqual({
      targets: ['a', 'b'],
      isLoud: false,
    })
  })

  it.each([
    [['--limit', 'many'], '--limit is a number'],
    [['--is-loud=perhaps'], '--isLoud is true or false'],
    [['--slugg', 'x'], 'slugg is not an argument of the task: slug, limit'],
    [['--slug'], '--slug needs a value'],
    [['--slug', 'a', '--slug', 'b'], 'slug is given twice'],
  ])('are refused as %o', (args, reason) => {
    expect(refusal(() => inputOf(args, schema))).toContain(reason)
  })

  it('are told with their types, defaults and notes', () => {
    expect(argumentLines(schema)).toEqual([
      '  --slug <text>                        Its name. (required)',
      '  --limit <integer>                    (default 200)',
      '  --is-loud <boolean>',
      '  --targets <string, may be repeated>',
      '  --settings <json>',
    ])
  })

  it.each([['shop'], ['=shop'], ['a=1', 'a=2']])('are refused as %s %s', (...args) => {
    expect(refusal(() => inputOf(args))).not.toBe('accepted')
  })
})
