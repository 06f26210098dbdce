import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { StepError, runMain } from './support/main.ts'
import { inRoot } from './support/paths.ts'

/**
 * Workers compile no WebAssembly from bytes at run time, so the two modules that hash-wasm carries
 * as base64 become files, which the hasher imports statically.
 */
const source = inRoot('node_modules', 'hash-wasm', 'dist', 'argon2.umd.min.js')
const target = inRoot('.generated', 'wasm')
const names = ['argon2', 'blake2b']

function decode(bundle: string, name: string): Buffer {
  const base64 = new RegExp(`name:"${name}",data:"([A-Za-z0-9+/=]+)"`).exec(bundle)?.[1]
  if (base64 === undefined) throw new StepError(`hash-wasm carries no WebAssembly named ${name}`)
  return Buffer.from(base64, 'base64')
}

async function main(): Promise<number> {
  const bundle = await readFile(source, 'utf8')
  await mkdir(target, { recursive: true })
  for (const name of names) await writeFile(`${target}/${name}.wasm`, decode(bundle, name))
  return 0
}

await runMain('Usage: node scripts/generate-wasm.ts', main)
