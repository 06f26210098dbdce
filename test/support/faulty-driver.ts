import {
  DatabaseError,
  type DatabaseFailure,
  type SqlDriver,
  type StatementResult,
} from '../../src/ports/database.ts'
import type { Statement } from '../../src/kernel/statement.ts'

/** What goes wrong with one call of a driver. */
export type Fault =
  /** Nothing is run. */
  | { readonly kind: 'fail-before' }
  /** All is run, and the answer is lost. */
  | { readonly kind: 'fail-after' }
  /** Nothing is run and no answer comes. */
  | { readonly kind: 'hang' }
  /** All is run, and no answer comes. */
  | { readonly kind: 'hang-after' }
  /** All is run once the test says so. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> }
  /** The engine refuses by a constraint; nothing is run. */
  | { readonly kind: 'constraint'; readonly name: string }

/** A call as the driver saw it. */
export interface DriverCall {
  readonly mode: 'read' | 'write'
  readonly statements: readonly Statement[]
}

/** A driver whose faults a test chooses. */
export interface FaultyDriver extends SqlDriver {
  readonly calls: DriverCall[]
  /** Asked on each call, with its number from 1 on; undefined lets the call pass. */
  fault: (call: DriverCall, number: number) => Fault | undefined
}

/** Wraps a real driver; without a fault every call passes. */
export function createFaultyDriver(driver: SqlDriver): FaultyDriver {
  const faulty: FaultyDriver = {
    calls: [],
    fault: () => undefined,
    batch(statements, mode) {
      const call = { mode, statements }
      faulty.calls.push(call)
      const fault = faulty.fault(call, faulty.calls.length)
      return fault
        ? suffer(fault, () => driver.batch(statements, mode))
        : driver.batch(statements, mode)
    },
  }
  return faulty
}

/** Lets only the numbered call fail. */
export function onCall(number: number, fault: Fault): FaultyDriver['fault'] {
  return (_, current) => (current === number ? fault : undefined)
}

type Run = () => Promise<readonly StatementResult[]>

async function suffer(fault: Fault, run: Run): Promise<readonly StatementResult[]> {
  switch (fault.kind) {
    case 'fail-before':
      throw lost()
    case 'fail-after':
      await run()
      throw lost()
    case 'hang':
      return new Promise(() => undefined)
    case 'hang-after':
      await run()
      return new Promise(() => undefined)
    case 'slow':
      await fault.until
      return run()
    case 'constraint':
      throw failed({ kind: 'constraint', type: 'check', name: fault.name })
  }
}

/** As D1 fails when its answer is lost on the way. */
function lost(): DatabaseError {
  return failed({ kind: 'unavailable' }, new Error('D1_ERROR: Network connection lost.'))
}

function failed(failure: DatabaseFailure, cause?: Error): DatabaseError {
  return new DatabaseError(failure, cause)
}
