import { StepError } from '../support/main.ts'

const isHeader = (line: string): boolean => line.startsWith('[')

/**
 * Sets the `id` of a KV namespace in the text of a wrangler.toml and leaves all else as it is.
 * Throws `StepError` when the environment has no namespace of that binding.
 */
export function pinNamespace(
  toml: string,
  environment: string,
  binding: string,
  id: string,
): string {
  const lines = toml.split('\n')
  const header = `[[env.${environment}.kv_namespaces]]`
  for (const [start, line] of lines.entries()) {
    if (line.trim() !== header) continue
    const after = lines.findIndex((other, index) => index > start && isHeader(other))
    const end = after === -1 ? lines.length : after
    const table = lines.slice(start + 1, end)
    if (!table.some((entry) => entry.trim() === `binding = "${binding}"`)) continue
    const kept = table.filter((entry) => !/^\s*id\s*=/.test(entry))
    const at = kept.findIndex((entry) => entry.trim().startsWith('binding')) + 1
    const pinned = [...kept.slice(0, at), `id = "${id}"`, ...kept.slice(at)]
    return [...lines.slice(0, start + 1), ...pinned, ...lines.slice(end)].join('\n')
  }
  throw new StepError(`wrangler.toml has no KV namespace ${binding} in ${environment}`)
}
