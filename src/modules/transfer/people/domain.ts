import type { SubjectRule } from '../../../kernel/module.ts'
import type { Person, PersonLink, TransferRow, TransferTable } from '../types.ts'

const BY_ID = { kept: 'by the id alone, for days' }

/** What commits leave behind of a person. */
export const COMMIT_SUBJECTS: Readonly<Record<string, SubjectRule>> = {
  outbox: {
    links: [
      {
        column: 'actor_id',
        is: 'user',
        withholds: ['aggregate_id', 'payload', 'payload_key', 'last_error'],
      },
      { column: 'aggregate_id', is: 'user', withholds: ['actor_id', 'last_error'] },
    ],
    secrets: ['lease', 'waiting'],
    erasure: BY_ID,
  },
  jobs: {
    links: [
      {
        column: 'actor_id',
        is: 'user',
        withholds: ['payload', 'unique_key', 'result', 'progress_note', 'last_error'],
      },
    ],
    secrets: ['lease'],
    erasure: BY_ID,
  },
  audit_log: {
    links: [
      { column: 'actor_id', is: 'user', withholds: ['target_id', 'changes'] },
      { column: 'actor_id', is: { rowOf: 'api_keys' }, withholds: ['target_id', 'changes'] },
      {
        column: 'target_id',
        is: 'user',
        withholds: ['actor_id', 'credential', 'client_address'],
      },
    ],
    secrets: ['mac', 'chain', 'seq'],
    erasure: { kept: 'sealed: who did what from where, by the id, until its time is over' },
  },
}

/** A row as the person is given it: without what tells of somebody else. */
export function givenRow(
  { links = [] }: Pick<TransferTable, 'links'>,
  row: TransferRow,
  person: Person,
): TransferRow {
  const direct = links.filter(({ column, is }) => row[column] === valueOf(person, is))
  const found = direct.length > 0 ? direct : links.filter(({ is }) => typeof is === 'object')
  const isWithheld = (column: string) => found.every(({ withholds }) => withholds.includes(column))
  return Object.fromEntries(Object.entries(row).filter(([column]) => !isWithheld(column)))
}

function valueOf({ userId, email }: Person, is: PersonLink['is']): string | undefined {
  if (is === 'user') return userId
  return is === 'email' ? email : undefined
}
