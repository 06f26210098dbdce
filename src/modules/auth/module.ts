import { defineModule } from '../../ports/module.ts'
import { accountEvents } from './account/events.ts'
import { accountJobs } from './account/jobs.ts'
import { accountMails } from './account/mails.tsx'
import { authErrors } from './errors.ts'
import { events } from './events.ts'
import { authGraphql } from './graphql.ts'
import { invitationEvents } from './invitations/events.ts'
import { invitationMails } from './invitations/mails.tsx'
import { invitationSweeps } from './invitations/service/sweep.ts'
import { mails } from './mails.tsx'
import { permissions } from './permissions.ts'
import { retentionSchedules } from './retention/index.ts'
import { routes } from './routes.ts'
import { authSettings } from './schemas.ts'
import { attemptSweeps } from './attempts/index.ts'
import { secondFactorEvents } from './second-factor/events.ts'
import { secondFactorMails } from './second-factor/mails.tsx'
import { sessionSweeps } from './session-store/index.ts'
import { sessionEvents } from './sessions/events.ts'
import { sessionMails } from './sessions/mails.tsx'
import { loginSweeps } from './sessions/service/sweep.ts'
import { warnOwnerSubscriber } from './sessions/subscribers.ts'
import { tokenSweeps } from './one-time-tokens/index.ts'
import { subjects } from './service/personal-data.ts'
import { subjectOf } from './service/subject.ts'
import { tasks } from './tasks.ts'
import { userEvents } from './users/events.ts'

/** Users, log-in and sessions. */
export const authModule = defineModule({
  slug: 'auth',
  title: 'Users and sessions',
  kind: 'core',
  dependsOn: ['tenants', 'rbac', 'schedules', 'mail'],
  settings: authSettings,
  permissions,
  errors: authErrors,
  events: [
    ...events,
    ...userEvents,
    ...sessionEvents,
    ...accountEvents,
    ...secondFactorEvents,
    ...invitationEvents,
  ],
  mails: [...mails, ...sessionMails, ...accountMails, ...secondFactorMails, ...invitationMails],
  routes,
  graphql: authGraphql,
  tasks,
  schedules: retentionSchedules,
  subjectOf,
  sweeps: [...sessionSweeps, ...loginSweeps, ...attemptSweeps, ...tokenSweeps, ...invitationSweeps],
  subscribers: [warnOwnerSubscriber],
  jobs: accountJobs,
  tables: [
    'auth_attempts',
    'invitations',
    'login_history',
    'one_time_tokens',
    'recovery_codes',
    'refresh_tokens',
    'second_factors',
    'sessions',
    'user_roles',
    'users',
  ],
  subjects,
  transfers: {
    auth_attempts: { leftOut: 'tries are counted where they are made' },
    one_time_tokens: { leftOut: 'links that were sent lead to this deployment' },
    recovery_codes: { leftOut: 'only this deployment can check them' },
    second_factors: { leftOut: 'only this deployment can open them' },
    refresh_tokens: { leftOut: 'a session belongs to one tenant' },
    sessions: { leftOut: 'a session belongs to one tenant' },
    invitations: { json: ['roles'] },
  },
})
