import { describe, expect, it } from 'vitest'
import {
  MAX_GZIP_BYTES,
  MAX_STARTUP_MS,
  busyMilliseconds,
  compilerFindings,
  doorFindings,
  sizeFindings,
  startupFindings,
} from '../../scripts/check/bundle.ts'

const bundle = (text: string) => ({ path: 'index.js', text })
const ours = () => 'src/app/fetch.ts'
const ofZod = () => 'node_modules/zod/v4/core/util.js'

describe('the bundle', () => {
  it.each([
    `eval('1')`,
    `new Function('return 1')`,
    `const F = Function; new F('')`,
    'WebAssembly.compile(bytes)',
    'globalThis.WebAssembly.instantiate(module)',
    `(0, eval)('1')`,
    'run(eval)',
    `globalThis['eval']('1')`,
    `Reflect.construct(Function, ['return 1'])`,
    `Function.call(undefined, 'return 1')`,
    'const { compile } = WebAssembly',
    'new WebAssembly.Module(bytes)',
  ])('may not compile at run time: %s', (text) => {
    expect(compilerFindings(bundle(text), ours)).toHaveLength(1)
  })

  it('may ask what a function is', () => {
    expect(
      compilerFindings(bundle('f instanceof Function; Function.prototype; a.eval()'), ours),
    ).toEqual([])
  })

  it('excepts what is known of a package, and nothing else of it', () => {
    expect(compilerFindings(bundle('const F = Function'), ofZod)).toEqual([])
    expect(compilerFindings(bundle(`const F = Function; eval('1')`), ofZod)).toHaveLength(1)
  })

  it('has no door for local work', () => {
    expect(doorFindings(bundle(`path: '/_dev/seed'`))).toHaveLength(1)
    expect(doorFindings(bundle(`path: '/health'`))).toEqual([])
  })

  it('is bounded in size', () => {
    expect(sizeFindings(MAX_GZIP_BYTES)).toEqual([])
    expect(sizeFindings(MAX_GZIP_BYTES + 1)).toHaveLength(1)
  })
})

describe('the start', () => {
  const profile = (samples: number[], timeDeltas: number[]) => ({
    nodes: [
      { id: 1, callFrame: { functionName: '(idle)' } },
      { id: 2, callFrame: { functionName: 'work' } },
    ],
    samples,
    timeDeltas,
  })

  it('counts the time of samples that are not idle', () => {
    expect(busyMilliseconds(profile([1, 2, 2, 1], [1_000, 1_000, 1_000, 1_000]))).toBe(2)
  })

  it('counts a pause of the machine as two samples', () => {
    expect(busyMilliseconds(profile([2, 2, 2], [1_000, 90_000, 1_000]))).toBe(4)
  })

  it('is judged by the best of the runs', () => {
    expect(startupFindings([MAX_STARTUP_MS + 1, MAX_STARTUP_MS])).toEqual([])
    expect(startupFindings([MAX_STARTUP_MS + 1, MAX_STARTUP_MS + 2])).toHaveLength(1)
  })
})
