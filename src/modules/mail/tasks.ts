import type { TaskDefinition } from '../../kernel/module.ts'
import { parseWith } from '../../kernel/parse.ts'
import type { Deps } from '../../ports/deps.ts'
import { doctorInput, testInput } from './schemas.ts'
import { examineMail } from './service/doctor.ts'
import { sendTestMail } from './service/test-mail.ts'

export const tasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'mail:doctor',
    description: 'Checks the mail providers and tells which DNS records the sender should have.',
    input: doctorInput,
    permission: 'mail:manage',
    run: (deps, ctx) => examineMail(deps, ctx),
  },
  {
    name: 'mail:test',
    description: 'Sends a test mail.',
    input: testInput,
    permission: 'mail:manage',
    run: (deps, ctx, input) => sendTestMail(deps, ctx, parseWith(testInput, input)),
  },
]
