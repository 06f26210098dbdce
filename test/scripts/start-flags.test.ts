import { describe, expect, it } from 'vitest'
import { parseStartFlags } from '../../scripts/start/flags.ts'
import { UsageError } from '../../scripts/support/main.ts'

const refusal = (args: string[]): string => {
  try {
    parseStartFlags(args)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'accepted'
}

describe('the flags of npm start', () => {
  it('start the demo on 127.0.0.1:8787 when there are none', () => {
    expect(parseStartFlags([])).toEqual({
      port: 8787,
      host: '127.0.0.1',
      persistTo: '.wrangler/state',
      seed: true,
      help: false,
    })
  })

  it('set the port, the host, the folder and leave out the seed', () => {
    const args = ['--port', '9000', '--host=0.0.0.0', '--persist-to', '/data', '--no-seed']
    expect(parseStartFlags(args)).toMatchObject({
      port: 9000,
      host: '0.0.0.0',
      persistTo: '/data',
      seed: false,
    })
  })

  it.each(['1', '65535'])('take port %s', (port) => {
    expect(parseStartFlags(['--port', port]).port).toBe(Number(port))
  })

  it.each(['0', '65536', '-1', '80.5', '0x50', '1e3', ' 80', 'http', ''])(
    'refuse %j as a port and say which are allowed',
    (port) => {
      expect(refusal([`--port=${port}`])).toContain('a number from 1 to 65535')
    },
  )

  it('name a flag that does not exist', () => {
    expect(refusal(['--prot', '9000'])).toContain('--prot')
  })

  it('refuse an argument that is no flag', () => {
    expect(refusal(['9000'])).toContain('9000')
  })

  it.each(['host', 'persist-to'])('refuse an empty --%s', (flag) => {
    expect(refusal([`--${flag}=`])).toBe(`--${flag} needs a value`)
  })

  it('refuse a flag whose value is missing', () => {
    expect(refusal(['--port'])).toContain('--port')
  })
})
