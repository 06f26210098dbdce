import type { Examples } from './example.ts'
import { type House, makeSchedule } from './house.ts'

/** A call of every operation of `schedules`, and of the tasks of the deployment. */
export const scheduleExamples: Examples = {
  listSchedules: async (house) => ({ as: await house.as('admin') }),
  createSchedule: async (house) => ({ as: await house.as('admin'), body: newSchedule(house) }),
  getSchedule: onSchedule,
  updateSchedule: async (house) => ({
    ...(await onSchedule(house)),
    body: { description: 'Changed', cron: '30 3 * * *', timezone: 'Asia/Tokyo', missed: 'all' },
  }),
  deleteSchedule: onSchedule,
  pauseSchedule: onSchedule,
  resumeSchedule: async (house) => {
    const example = await onSchedule(house)
    await example.as.json('POST', `/api/v1/schedules/${example.params.id}/pause`)
    return example
  },
  runSchedule: onSchedule,
  listScheduleRuns: async (house) => {
    const { as, params } = await onSchedule(house)
    await as.json('POST', `/api/v1/schedules/${params.id}/runs`)
    return { as, query: { scheduleId: params.id } }
  },
  listTasks: async (house) => ({ as: await house.as('admin') }),
  runTask: async (house) => ({
    as: await house.as('admin'),
    params: { name: 'events:redrive' },
    body: {},
  }),
  run_cleanup: async (house) => ({ as: await house.operator(), body: {} }),
  run_cache_warm: async (house) => ({ as: await house.operator(), body: { limit: 1 } }),
  run_blog_publish_due: async (house) => ({ as: await house.operator(), body: {} }),
  run_users_create: async (house) => ({
    as: await house.as('admin'),
    body: {
      email: `${house.name()}@people.example`,
      name: 'Ada Lovelace',
      password: 'three blind mice run',
      roles: ['customer'],
    },
  }),
}

function newSchedule(house: House) {
  return { name: house.name(), cron: '15 3 1 1 *', task: 'events:redrive', missed: 'skip' }
}

async function onSchedule(house: House) {
  const { id } = await makeSchedule(house)
  return { as: await house.as('admin'), params: { id } }
}
