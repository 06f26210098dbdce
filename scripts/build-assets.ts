import './support/tsx.ts'
import { readFile, readdir, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { accountAssets } from './assets/account.ts'
import type { Asset } from './assets/asset.ts'
import { docsAssets } from './assets/docs.ts'
import { graphiqlAssets } from './assets/graphiql.ts'
import { writeFresh } from './support/fresh.ts'
import { inRoot } from './support/paths.ts'

const assets: readonly Asset[] = [
  ...docsAssets,
  ...graphiqlAssets,
  ...accountAssets,
  { from: 'trusted-documents.json', to: 'graphql/trusted-documents.json' },
]
const target = inRoot('dist', 'assets')

/** Where the Worker finds what `/openapi.json` answers. */
const API_DOCUMENT = 'docs/openapi.json'

const copy = async ({ from, to }: Asset): Promise<void> =>
  writeFresh(join(target, to), await readFile(inRoot(from)))

const writeApiDocument = async (): Promise<void> => {
  const { documentOf } = await import('./reference/openapi.ts')
  await writeFresh(join(target, API_DOCUMENT), JSON.stringify(documentOf()))
}

/** Takes away what is no longer listed. A file in use is never missing in between. */
const removeStrangers = async (listed: ReadonlySet<string>): Promise<void> => {
  const entries = await readdir(target, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    if (!listed.has(relative(target, path).replaceAll(sep, '/'))) await rm(path)
  }
}

for (const asset of assets) await copy(asset)
await writeApiDocument()
await removeStrangers(new Set([...assets.map(({ to }) => to), API_DOCUMENT]))
