import { errors } from '../../kernel/errors.ts'
import { idParams, pageQuery } from '../../kernel/schemas.ts'
import { route } from '../../ports/module.ts'
import { schedulesErrors } from './errors.ts'
import {
  createScheduleBody,
  runPage,
  runSchema,
  runsQuery,
  schedulePage,
  scheduleSchema,
  updateScheduleBody,
} from './schemas.ts'
import { listScheduleRuns, runSchedule } from './service/runs.ts'
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from './service/schedules.ts'

const mayRead = { kind: 'permission', permission: 'schedules:read' } as const
const mayManage = { kind: 'permission', permission: 'schedules:manage' } as const
const version = (schedule: { version: number }) => schedule.version
const one = { status: 200, schema: scheduleSchema } as const

const reads = [
  route({
    method: 'get',
    path: '',
    operationId: 'listSchedules',
    summary: 'List the schedules by name',
    access: mayRead,
    query: pageQuery,
    success: { status: 200, schema: schedulePage },
    handle: (deps, ctx, { query }) => listSchedules(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/{id}',
    operationId: 'getSchedule',
    summary: 'Read a schedule',
    access: mayRead,
    params: idParams,
    success: one,
    version,
    handle: (deps, ctx, { params }) => getSchedule(deps, ctx, params),
  }),
  route({
    method: 'get',
    path: '//api/v1/schedule-runs',
    operationId: 'listScheduleRuns',
    summary: 'List the runs of the schedules, newest first',
    access: mayRead,
    query: runsQuery,
    success: { status: 200, schema: runPage },
    handle: (deps, ctx, { query }) => listScheduleRuns(deps, ctx, query),
  }),
]

const changes = [
  route({
    method: 'post',
    path: '',
    operationId: 'createSchedule',
    summary: 'Make a schedule for a task',
    access: mayManage,
    body: createScheduleBody,
    success: { status: 201, schema: scheduleSchema },
    errors: [schedulesErrors.nameTaken, schedulesErrors.tooMany, schedulesErrors.atOnceOnly],
    version,
    location: ({ id }) => `/api/v1/schedules/${id}`,
    handle: (deps, ctx, { body }) => createSchedule(deps, ctx, body),
  }),
  route({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateSchedule',
    summary: 'Change when and with what a schedule runs',
    access: mayManage,
    ifMatch: 'required',
    params: idParams,
    body: updateScheduleBody,
    success: one,
    errors: [errors.preconditionFailed],
    version,
    handle: (deps, ctx, { params, body, ifMatch }) =>
      updateSchedule(deps, ctx, { ...body, ...params, ifMatch }),
  }),
  route({
    method: 'delete',
    path: '/{id}',
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule',
    access: mayManage,
    ifMatch: 'required',
    params: idParams,
    success: { status: 204 },
    errors: [errors.preconditionFailed, schedulesErrors.declared],
    handle: async (deps, ctx, { params, ifMatch }) => {
      await deleteSchedule(deps, ctx, { ...params, ifMatch })
      return undefined
    },
  }),
]

const actions = [
  route({
    method: 'post',
    path: '/{id}/pause',
    operationId: 'pauseSchedule',
    summary: 'Let a schedule rest',
    access: mayManage,
    params: idParams,
    success: one,
    errors: [errors.preconditionFailed],
    version,
    handle: (deps, ctx, { params }) => pauseSchedule(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/{id}/resume',
    operationId: 'resumeSchedule',
    summary: 'Let a schedule run again, from its next instant on',
    access: mayManage,
    params: idParams,
    success: one,
    errors: [errors.preconditionFailed],
    version,
    handle: (deps, ctx, { params }) => resumeSchedule(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/{id}/runs',
    operationId: 'runSchedule',
    summary: 'Run a schedule’s task at once',
    access: mayManage,
    params: idParams,
    success: { status: 202, schema: runSchema },
    errors: [schedulesErrors.atOnceOnly],
    handle: (deps, ctx, { params }) => runSchedule(deps, ctx, params),
  }),
]

export const scheduleRoutes = [...reads, ...changes, ...actions]
