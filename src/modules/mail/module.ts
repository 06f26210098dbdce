import { limits } from '../../kernel/limits.ts'
import { defineModule } from '../../ports/module.ts'
import { mailErrors } from './errors.ts'
import { events } from './events.ts'
import { mailGraphql } from './graphql.ts'
import { jobs } from './jobs.ts'
import { mails } from './mails.tsx'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'
import { mailSettings } from './schemas.ts'
import { sweepMail } from './service/sweep.ts'
import { suppressionErrors } from './suppressions/errors.ts'
import { tasks } from './tasks.ts'

/** Messages to people, by mail. */
export const mailModule = defineModule({
  slug: 'mail',
  title: 'Mail',
  kind: 'core',
  dependsOn: ['tenants', 'jobs'],
  settings: mailSettings,
  permissions,
  errors: { ...mailErrors, ...suppressionErrors },
  events,
  mails,
  routes,
  graphql: mailGraphql,
  jobs,
  tasks,
  sweeps: [
    {
      name: 'mail',
      description: `Mails after ${limits.mail.keptDays} days, and what failed ones say after ${limits.mail.resendableDays}.`,
      run: sweepMail,
    },
  ],
  tables: ['mail_suppressions', 'mail_messages'],
  subjects: {
    mail_messages: {
      links: [{ column: 'recipient', is: 'email' }],
      secrets: ['props', 'dedupe_key'],
      erasure: {
        kept: `the word that the account is closed, and what was on its way, for ${limits.mail.keptDays} days`,
      },
    },
    mail_suppressions: {
      links: [{ column: 'address', is: 'email' }],
      erasure: { kept: 'an address that refuses mail is not to be written to again' },
    },
  },
  transfers: { mail_messages: { leftOut: 'what was sent is told by who has sent it' } },
})
