import { describe, expect, it } from 'vitest'
import { importFindings, moduleOrder, refuseImport } from '../../scripts/check/imports.ts'

const order = ['commit', 'tenants', 'blog', 'shop']

const isRefused = (from: string, to: string, typesOnly = false) =>
  refuseImport({ from, to, typesOnly }, order) !== undefined

describe('the direction of imports', () => {
  it.each([
    ['src/index.ts', 'src/app/fetch.ts'],
    ['src/app/isolate.ts', 'src/adapters/database/d1.ts'],
    ['src/app/isolate.ts', 'src/modules/blog/index.ts'],
    ['src/adapters/database/d1.ts', 'src/ports/database.ts'],
    ['src/modules/blog/service/read.ts', 'src/ports/deps.ts'],
    ['src/modules/blog/repo.ts', 'src/modules/commit/index.ts'],
    ['src/modules/blog/repo.ts', 'drizzle-orm'],
    ['src/modules/blog/posts/service/read.ts', 'src/modules/blog/taxonomy/index.ts'],
    ['src/modules/blog/module.ts', 'src/modules/blog/posts/routes.ts'],
    ['src/modules/blog/posts/service/read.ts', 'src/modules/blog/schemas.ts'],
    ['src/ports/database.ts', 'src/kernel/statement.ts'],
    ['src/kernel/ids.ts', 'uuid'],
    ['src/modules/mail/mails.tsx', 'hono/jsx'],
    ['src/adapters/mailer/ses.ts', 'aws4fetch'],
  ])('%s may import %s', (from, to) => {
    expect(isRefused(from, to)).toBe(false)
  })

  it.each([
    ['src/kernel/ids.ts', 'src/ports/database.ts'],
    ['src/ports/database.ts', 'src/modules/blog/index.ts'],
    ['src/modules/blog/repo.ts', 'src/app/isolate.ts'],
    ['src/modules/blog/repo.ts', 'src/adapters/database/d1.ts'],
    ['src/kernel/ids.ts', 'src/adapters/clock/system.ts'],
    ['src/adapters/database/d1.ts', 'src/modules/blog/index.ts'],
    ['src/adapters/database/d1.ts', 'src/app/isolate.ts'],
    ['src/index.ts', 'src/modules/blog/index.ts'],
    ['src/app/isolate.ts', 'src/modules/blog/repo.ts'],
    ['src/modules/shop/repo.ts', 'src/modules/blog/repo.ts'],
    ['src/modules/blog/repo.ts', 'src/modules/shop/index.ts'],
    ['src/modules/blog/repo.ts', 'src/modules/unlisted/index.ts'],
    ['src/modules/blog/posts/repo.ts', 'src/modules/blog/taxonomy/repo.ts'],
    ['src/modules/blog/posts/repo.ts', 'src/modules/blog/graphql.ts'],
    ['src/modules/blog/posts/repo.ts', 'src/modules/blog/module.ts'],
    ['src/modules/blog/routes.ts', 'src/modules/blog/repo.ts'],
    ['src/modules/blog/graphql.ts', 'src/modules/blog/tables.ts'],
    ['src/modules/blog/domain.ts', 'src/modules/blog/repo.ts'],
    ['src/modules/blog/domain.ts', 'src/ports/deps.ts'],
    ['src/modules/blog/service/read.ts', 'drizzle-orm'],
    ['src/modules/blog/service/read.ts', 'cloudflare:workers'],
    ['src/kernel/ids.ts', 'node:crypto'],
    ['src/app/isolate.ts', 'scripts/support/main.ts'],
    ['src/app/isolate.ts', 'node:crypto'],
    ['src/app/isolate.ts', 'cloudflare:sockets'],
    ['src/modules/blog/service/read.ts', 'uuid'],
    ['src/modules/blog/service/read.ts', 'hono'],
    ['src/modules/blog/service/read.ts', 'zod-to-anything'],
    ['src/kernel/ids.ts', 'jose'],
    ['src/kernel/ids.ts', 'crypto'],
    ['src/ports/tokens.ts', 'aws4fetch'],
  ])('%s may not import %s', (from, to) => {
    expect(isRefused(from, to)).toBe(true)
  })

  it('lets deciding code name the types of a port', () => {
    expect(isRefused('src/modules/blog/domain.ts', 'src/ports/deps.ts', true)).toBe(false)
  })

  it('reads static, dynamic, type and export imports, and says where they stand', () => {
    const text = `
      import { a } from '../../adapters/cache/kv.ts'
      export { b } from '../../adapters/cache/lru.ts'
      const c = await import('../../adapters/clock/system.ts')
      type D = import('../../adapters/hasher/phc.ts').D
      // import { e } from '../../adapters/limiter/memory.ts'
      const f = "import { g } from '../../adapters/limiter/memory.ts'"
    `
    const found = importFindings([{ path: 'src/modules/blog/repo.ts', text }], order)
    expect(found.map(({ where }) => where)).toEqual(
      [2, 3, 4, 5].map((line) => `src/modules/blog/repo.ts:${line}`),
    )
  })

  it.each([
    ['await import(name)', 'imports a name that is computed'],
    ['await import(`./${name}.ts`)', 'imports a name that is computed'],
    [`const a = require('uuid')`, 'imports by require'],
    ['const load = require', 'imports by require'],
    [`import a = require('uuid')`, 'imports by `import … = …`'],
    [`createRequire(import.meta.url)('uuid')`, 'imports by createRequire'],
    [`process.getBuiltinModule('fs')`, 'imports by process.getBuiltinModule'],
  ])('finds an import that nobody can follow: %s', (text, what) => {
    const found = importFindings([{ path: 'src/app/isolate.ts', text }], order)
    expect(found.map((finding) => finding.what)).toEqual([what])
  })

  it('finds rooms that need each other', () => {
    const files = [
      { path: 'src/modules/blog/posts/repo.ts', text: `import '../taxonomy/index.ts'` },
      { path: 'src/modules/blog/taxonomy/repo.ts', text: `import '../listing/index.ts'` },
      { path: 'src/modules/blog/listing/repo.ts', text: `import '../posts/index.ts'` },
    ]
    expect(importFindings(files, order)).toHaveLength(1)
    expect(importFindings(files.slice(0, 2), order)).toEqual([])
  })

  it('reads the order of the modules from their list', () => {
    const text = `
      import { blogModule } from '../modules/blog/index.ts'
      import { tenantsModule } from '../modules/tenants/index.ts'
      export const modules: readonly Manifest[] = [tenantsModule, blogModule]
    `
    expect(moduleOrder(text)).toEqual(['commit', 'tenants', 'blog'])
  })
})
