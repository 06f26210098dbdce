import { describe, expect, it } from 'vitest'
import { copyFindings } from '../../scripts/check/copies.ts'
import { sizeFindings } from '../../scripts/check/sizes.ts'

const file = (lines: number, path = 'src/app/a.ts') => ({ path, text: 'x\n'.repeat(lines) })

describe('the sizes of files', () => {
  it('are bounded at 400 lines each, tables and declarations apart', () => {
    const small = Array.from({ length: 20 }, () => file(10))
    const long = (path: string) => sizeFindings('src', [...small, file(401, path)])
    expect(sizeFindings('src', [...small, file(400)])).toEqual([])
    expect(long('src/app/a.ts')).toMatchObject([{ where: 'src/app/a.ts' }])
    expect(long('src/modules/blog/tables.ts')).toEqual([])
  })

  it('are bounded at 100 lines for half and at 250 for nine of ten', () => {
    const files = (lines: number[]) => lines.map((count) => file(count))
    expect(sizeFindings('src', files([101, 101, 101]))).toMatchObject([{ where: 'src' }])
    expect(sizeFindings('src', files([100, 100, 250]))).toEqual([])
    const tenth = [...Array.from({ length: 8 }, () => 10), 251, 251]
    expect(sizeFindings('src', files(tenth))).toMatchObject([{ where: 'src' }])
  })
})

describe('packages that must be there once', () => {
  const names = ['hono', 'zod', 'graphql', 'drizzle-orm', 'jose']
  const once = Object.fromEntries(
    names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]),
  )

  it('are', () => {
    expect(copyFindings({ packages: once })).toEqual([])
    expect(copyFindings({ packages: { ...once, 'node_modules/other-zod': {} } })).toEqual([])
  })

  it('are found when they are not', () => {
    const twice = { ...once, 'node_modules/tool/node_modules/zod': { version: '3.0.0' } }
    expect(copyFindings({ packages: twice })).toMatchObject([
      { what: expect.stringContaining('2 copies of zod') },
    ])
    expect(copyFindings({ packages: {} })).toHaveLength(names.length)
  })
})
