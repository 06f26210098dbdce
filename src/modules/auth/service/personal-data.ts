import type { SubjectRule } from '../../../kernel/module.ts'

const ofUser = { column: 'user_id', is: 'user' } as const

/** What the tables of users hold of each, and what is left of it. */
export const subjects: Readonly<Record<string, SubjectRule>> = {
  users: {
    links: [
      { column: 'id', is: 'user' },
      { column: 'email', is: 'email' },
    ],
    secrets: ['password_hash', 'security_version', 'name_key'],
    erasure: 'emptied',
  },
  user_roles: { links: [ofUser], erasure: 'deleted' },
  sessions: { links: [ofUser], erasure: 'emptied' },
  refresh_tokens: {
    links: [{ column: 'session_id', is: { rowOf: 'sessions' } }],
    leftOut: 'hashes of tokens alone',
    erasure: 'emptied',
  },
  login_history: { links: [ofUser], erasure: 'emptied' },
  one_time_tokens: {
    links: [{ column: 'subject_id', is: 'user' }],
    secrets: ['hash', 'bound_to'],
    erasure: 'deleted',
  },
  second_factors: { links: [ofUser], secrets: ['secret', 'last_step'], erasure: 'deleted' },
  recovery_codes: { links: [ofUser], leftOut: 'hashes of codes alone', erasure: 'deleted' },
  invitations: {
    links: [
      { column: 'email', is: 'email', withholds: ['invited_by'] },
      { ...ofUser, withholds: ['invited_by'] },
      { column: 'invited_by', is: 'user', withholds: ['email', 'name', 'user_id'] },
    ],
    erasure: { kept: 'those that the user has sent, by the id alone, until they expire' },
  },
}
