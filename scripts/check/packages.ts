import type { Finding } from './finding.ts'
import { namesIn, placesOf, unwrap } from './names.ts'
import { type SourceFile, placeOf } from './source.ts'

const NO_PLATFORM = 'Reach the platform through a port and an adapter.'

/** The packages of the floors below app/ that have no I/O; adapters take what they adapt. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  modules: ['drizzle-orm', 'hono/jsx', 'zod'],
  ports: ['@pothos/core', 'jose'],
  kernel: [
    '@sindresorhus/slugify',
    'blurhash',
    'croner',
    'drizzle-orm',
    'hono/utils/html',
    'htmlparser2',
    'intl-messageformat',
    'ipaddr.js',
    'markdown-it',
    'uuid',
    'zod',
  ],
}

/** Why a floor does not take a package; undefined when it may. */
export function refusePackageOf(
  floor: string,
  specifier: string,
): { readonly what: string; readonly fix: string } | undefined {
  if (floor === 'app' && /^(node:|cloudflare:(?!workers$))/.test(specifier)) {
    return { what: `imports ${specifier}`, fix: NO_PLATFORM }
  }
  const allowed = PACKAGES[floor]
  if (!allowed || specifier.startsWith('.generated/')) return undefined
  if (allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`))) {
    return undefined
  }
  const isPlatform = /^(cloudflare:|node:|@cloudflare\/)/.test(specifier)
  const known = `${floor}/ has ${allowed.join(', ')}: name a new one in scripts/check/packages.ts.`
  return { what: `imports ${specifier}`, fix: isPlatform ? NO_PLATFORM : known }
}

/** Imports that no check can follow: names that are computed, and the ways of CommonJS. */
export function untraceableImports(file: SourceFile): Finding[] {
  const found: { start: number; what: string }[] = []
  for (const { node } of placesOf(file)) {
    if (node.type === 'TSImportEqualsDeclaration') {
      found.push({ start: node.start, what: 'imports by `import … = …`' })
    }
    if (node.type === 'ImportExpression' && unwrap(node.source).type !== 'Literal') {
      found.push({ start: node.start, what: 'imports a name that is computed' })
    }
  }
  for (const { name, start, isBound } of namesIn(file)) {
    const isRequire = /^(require|createRequire|process\.getBuiltinModule|import\.meta\.glob)$/
    if (isRequire.test(name) && (!isBound || name === 'createRequire')) {
      found.push({ start, what: `imports by ${name}` })
    }
  }
  const fix = "Write `import … from '…'` or `import('…')` with the name in full."
  return found.map(({ start, what }) => ({ where: placeOf(file, start), what, fix }))
}
