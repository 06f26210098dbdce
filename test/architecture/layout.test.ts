import { describe, expect, it } from 'vitest'
import { layoutFindings } from '../../scripts/check/layout.ts'

const file = (path: string, text = '') => ({ path, text })

/** A module with all that it must have, and the given files. */
const moduleWith = (...paths: string[]) => [
  file('src/modules/shop/index.ts'),
  file('src/modules/shop/README.md'),
  ...paths.map((path) => file(`src/modules/shop/${path}`)),
]

const where = (files: { path: string; text: string }[]) =>
  layoutFindings(files).map((finding) => finding.where)

describe('the layout of modules', () => {
  it('takes the inner shape, and rooms of the same shape', () => {
    const files = moduleWith(
      'module.ts',
      'repo.ts',
      'service.ts',
      'service/create-order.ts',
      'cart/index.ts',
      'cart/repo.ts',
      'cart/service/add-item.ts',
    )
    expect(layoutFindings(files)).toEqual([])
  })

  it.each([
    'utils.ts',
    'Repo.ts',
    'service/createOrder.ts',
    'service/orders/create.ts',
    'cart/module.ts',
    'cart/README.md',
    'cart/helpers.ts',
    'cart/items/repo.ts',
    'Cart/repo.ts',
    'repo.test.ts',
  ])('finds the stranger %s', (path) => {
    expect(where(moduleWith(path))).toEqual([`src/modules/shop/${path}`])
  })

  it.each([
    'src/app/http/sign.js',
    'src/kernel/ids.mjs',
    'src/kernel/ids.mts',
    'src/ports/clock.cjs',
    'src/app/page.jsx',
    'src/app/README.md',
    'src/adapters/database/schema.sql',
    'src/kernel/notes',
    'src/modules/shop/cart/data.json',
    'src/modules/shop/service/pay.js',
  ])('finds %s, which no other check reads', (path) => {
    expect(where([...moduleWith(), file(path)])).toEqual([path])
  })

  it('misses the index and the README of a module', () => {
    expect(where([file('src/modules/shop/repo.ts')])).toEqual([
      'src/modules/shop/index.ts',
      'src/modules/shop/README.md',
    ])
  })

  it('finds a README of more than sixty lines', () => {
    const long = file('src/modules/shop/README.md', 'line\n'.repeat(61))
    expect(where([file('src/modules/shop/index.ts'), long])).toEqual([long.path])
    const enough = { ...long, text: 'line\n'.repeat(60) }
    expect(where([file('src/modules/shop/index.ts'), enough])).toEqual([])
  })

  it('finds what stands in src itself, and adapters that belong to no port', () => {
    const strangers = ['src/utils/a.ts', 'src/adapters/d1.ts', 'src/adapters/database/d1/driver.ts']
    expect(where(strangers.map((path) => file(path)))).toEqual(strangers)
    expect(where([file('src/index.ts'), file('src/adapters/database/d1.ts')])).toEqual([])
  })
})
