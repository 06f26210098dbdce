import { idParams } from '../../../kernel/schemas.ts'
import { route } from '../../../ports/module.ts'
import { jobsErrors } from '../errors.ts'
import * as schemas from './schemas.ts'
import { cancelJob, retryJob } from './service/change-job.ts'
import { getJob, listJobs } from './service/read-jobs.ts'
import { retryJobs } from './service/retry-jobs.ts'

const mayRead = { kind: 'permission', permission: 'jobs:read' } as const
const mayManage = { kind: 'permission', permission: 'jobs:manage' } as const

export const routes = [
  route({
    method: 'get',
    path: '',
    operationId: 'listJobs',
    summary: 'List the background jobs, newest first',
    access: mayRead,
    query: schemas.jobsQuery,
    success: { status: 200, schema: schemas.jobPage },
    handle: (deps, ctx, { query }) => listJobs(deps, ctx, query),
  }),
  route({
    method: 'get',
    path: '/{id}',
    operationId: 'getJob',
    summary: 'Read a job with its history',
    access: mayRead,
    params: idParams,
    success: { status: 200, schema: schemas.jobDetailSchema },
    handle: (deps, ctx, { params }) => getJob(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/{id}/cancel',
    operationId: 'cancelJob',
    summary: 'Cancel a job that waits, or ask one at work to end',
    access: mayManage,
    params: idParams,
    success: { status: 200, schema: schemas.jobSchema },
    errors: [jobsErrors.stateRefused],
    handle: (deps, ctx, { params }) => cancelJob(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/{id}/retry',
    operationId: 'retryJob',
    summary: 'Have a dead or cancelled job wait again',
    access: mayManage,
    params: idParams,
    success: { status: 200, schema: schemas.jobSchema },
    errors: [jobsErrors.stateRefused, jobsErrors.alreadyQueued],
    handle: (deps, ctx, { params }) => retryJob(deps, ctx, params),
  }),
  route({
    method: 'post',
    path: '/retry',
    operationId: 'retryJobs',
    summary: 'Have the dead or cancelled jobs of a filter wait again',
    access: mayManage,
    body: schemas.retryJobsBody,
    success: { status: 200, schema: schemas.retriedJobsSchema },
    handle: (deps, ctx, { body }) => retryJobs(deps, ctx, body),
  }),
]
