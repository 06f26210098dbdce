import * as z from 'zod'
import { defineEvent } from '../../kernel/events.ts'
import { idSchema } from '../../kernel/schemas.ts'

const schema = z.object({ id: idSchema, name: z.string(), task: z.string() })
const example = {
  id: '01931f7e-7c11-7b6e-9c3a-5f1f3c0a2b11',
  name: 'nightly-sync',
  task: 'rbac:sync',
}
const shared = { version: 1, since: '0.1.0', schema, example } as const

/** What happens to schedules; runs are told by their history. */
export const scheduleEvents = {
  created: defineEvent({
    ...shared,
    type: 'schedules.schedule.created',
    description: 'A schedule was made.',
  }),
  updated: defineEvent({
    ...shared,
    type: 'schedules.schedule.updated',
    description: 'A schedule was changed.',
  }),
  paused: defineEvent({
    ...shared,
    type: 'schedules.schedule.paused',
    description: 'A schedule rests until it is resumed.',
  }),
  resumed: defineEvent({
    ...shared,
    type: 'schedules.schedule.resumed',
    description: 'A schedule runs again.',
  }),
  deleted: defineEvent({
    ...shared,
    type: 'schedules.schedule.deleted',
    description: 'A schedule is gone.',
  }),
}
