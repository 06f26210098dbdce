import { describe, expect, it } from 'vitest'
import { copyFindings } from '../../scripts/check/copies.ts'

const once = {
  '': { name: 'rustok-edge' },
  'node_modules/hono': { version: '4.0.0' },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/graphql': { version: '16.0.0' },
  'node_modules/drizzle-orm': { version: '0.45.0' },
  'node_modules/jose': { version: '6.0.0' },
}

const whats = (more: Record<string, unknown>) =>
  copyFindings({ packages: { ...once, ...more } }).map(({ what }) => what)

describe('packages that recognise each other by identity', () => {
  it('are installed once', () => {
    expect(whats({})).toEqual([])
    expect(whats({ 'node_modules/graphql-http': { version: '1.0.0' } })).toEqual([])
  })

  it('are found below another package', () => {
    expect(whats({ 'node_modules/tool/node_modules/zod': { version: '3.0.0' } })).toEqual([
      'installs 2 copies of zod: node_modules/zod 4.0.0, node_modules/tool/node_modules/zod 3.0.0',
    ])
  })

  it('are found under an alias', () => {
    expect(whats({ 'node_modules/g2': { name: 'graphql', version: '15.0.0' } })).toEqual([
      'installs 2 copies of graphql: node_modules/graphql 16.0.0, node_modules/g2 15.0.0',
    ])
  })

  it('are missed when an alias stands in their place', () => {
    const other = { name: 'hono-fork', version: '4.0.0' }
    expect(whats({ 'node_modules/hono': other })).toEqual(['installs 0 copies of hono: '])
  })
})
