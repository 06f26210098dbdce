import { readFile } from 'node:fs/promises'
import { writeFresh } from './support/fresh.ts'
import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

/**
 * Workers compile no WebAssembly from bytes at run time, so the two modules that hash-wasm carries
 * as base64 become files, which the hasher imports statically. The Worker is bundled with a hash-wasm
 * that carries as many zeros instead: it asks for a module by its length.
 */
const source = inRoot('node_modules', 'hash-wasm', 'dist', 'argon2.umd.min.js')
const target = inRoot('.generated', 'wasm')
const names = ['argon2', 'blake2b']

interface Carried {
  readonly name: string
  readonly base64: string
}

function carriedIn(bundle: string, name: string): Carried {
  const base64 = new RegExp(`name:"${name}",data:"([A-Za-z0-9+/=]+)"`).exec(bundle)?.[1]
  if (base64 === undefined) throw new StepError(`hash-wasm carries no WebAssembly named ${name}`)
  return { name, base64 }
}

async function main(): Promise<number> {
  const bundle = await readFile(source, 'utf8')
  const carried = names.map((name) => carriedIn(bundle, name))
  const hollow = carried.reduce(
    (text, { base64 }) => text.replace(base64, base64.replaceAll(/[^=]/g, 'A')),
    bundle,
  )
  for (const { name, base64 } of carried) {
    await writeFresh(`${target}/${name}.wasm`, Buffer.from(base64, 'base64'))
  }
  await writeFresh(`${target}/hash-wasm.cjs`, hollow)
  return 0
}

await runMain('Usage: node scripts/generate-wasm.ts', main)
