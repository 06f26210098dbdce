import * as z from 'zod'

/** Where the approved documents lie among the static assets. */
const PATH = 'https://assets.invalid/graphql/trusted-documents.json'

/** Documents by their SHA-256 in hexadecimal, or by a name. */
const manifest = z.record(z.string(), z.string())

/**
 * Finds approved documents in `graphql/trusted-documents.json` of the static assets: a JSON object of
 * documents by id. The file is read once per isolate; without it there are no approved documents.
 * Throws when the file is there and cannot be read.
 */
export function createDocumentLoader(assets: Fetcher): (id: string) => Promise<string | undefined> {
  let documents: ReadonlyMap<string, string> | undefined
  return async (id) => {
    documents ??= await readDocuments(assets)
    return documents.get(id)
  }
}

async function readDocuments(assets: Fetcher): Promise<ReadonlyMap<string, string>> {
  const response = await assets.fetch(PATH)
  if (response.status !== 200) return new Map()
  return new Map(Object.entries(manifest.parse(await response.json())))
}
