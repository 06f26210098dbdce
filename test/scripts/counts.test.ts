import { describe, expect, it } from 'vitest'
import { addCounts, countVitest, summaryOf } from '../../scripts/test/counts.ts'
import { suiteOf } from '../../scripts/test/suites.ts'
import { UsageError } from '../../scripts/support/main.ts'

const report = (counts: { passed?: number; failed?: number; skipped?: number; todo?: number }) => ({
  numPassedTests: counts.passed ?? 0,
  numFailedTests: counts.failed ?? 0,
  numPendingTests: counts.skipped ?? 0,
  numTodoTests: counts.todo ?? 0,
  testResults: [] as { status: string; assertionResults: { status: string }[] }[],
})

describe('the counts of a test run', () => {
  it('are those of vitest when all passed', () => {
    expect(countVitest(report({ passed: 3 }), 0)).toEqual({ passed: 3, failed: 0 })
  })

  it('tell failed from passed', () => {
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] }
    const run = { ...report({ passed: 3, failed: 1 }), testResults: [failing] }
    expect(countVitest(run, 1)).toEqual({ passed: 3, failed: 1 })
  })

  it('count a skipped test and a test to do as failed', () => {
    expect(countVitest(report({ passed: 3, skipped: 2, todo: 1 }), 0)).toEqual({
      passed: 3,
      failed: 3,
    })
  })

  it('count a file that cannot be loaded as failed', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const run = { ...report({ passed: 3 }), testResults: [broken] }
    expect(countVitest(run, 1)).toEqual({ passed: 3, failed: 1 })
  })

  it('count an unhandled error as failed although every test passed', () => {
    expect(countVitest(report({ passed: 3 }), 1)).toEqual({ passed: 3, failed: 1 })
  })

  it('count a run without any test as failed', () => {
    expect(countVitest(report({}), 0)).toEqual({ passed: 0, failed: 1 })
  })

  it.each([undefined, null, {}, 'text'])('count the report %j as failed', (broken) => {
    expect(countVitest(broken, 0)).toEqual({ passed: 0, failed: 1 })
  })

  it('add up to the line that ends every test command', () => {
    const sum = addCounts({ passed: 5, failed: 0 }, { passed: 7, failed: 1 })
    expect(summaryOf(sum)).toBe('12 passed, 1 failed')
  })
})

describe('the suites', () => {
  it('run every check and project on npm test', () => {
    const { checks, lanes } = suiteOf()
    const names = checks.map(({ name }) => name)
    expect(names.slice(0, 6)).toEqual([
      'generate',
      'format',
      'lint',
      'unused files, exports and packages',
      'types',
      'types of wrangler.toml',
    ])
    expect(names).toContain('check-imports')
    expect(lanes.flat().toSorted()).toEqual(['e2e', 'isolated', 'unit', 'worker'])
  })

  it('name what can be chosen when there is no such suite', () => {
    expect(() => suiteOf('brwoser')).toThrow(UsageError)
    expect(() => suiteOf('brwoser')).toThrow('all, browser, real')
  })
})
