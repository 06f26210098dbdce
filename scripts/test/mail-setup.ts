import type { TestProject } from 'vitest/node'
import { createIdentity, trustedIdentity } from './certificates.ts'
import { startHttpSink } from './mail/http-sink.ts'
import { type SmtpPorts, type TakenMail, startSmtpServers } from './mail/smtp-servers.ts'

/** The servers that mail is tried against, and a certificate to sign notifications with. */
export interface MailServers {
  readonly sinkUrl: string
  readonly smtp: SmtpPorts
  readonly signer: { readonly key: string; readonly cert: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly mailServers: MailServers
  }
}

/** Starts SMTP servers and an HTTP sink for the tests of a project; they get `mailServers`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const taken: TakenMail[] = []
  const smtp = await startSmtpServers(trustedIdentity(), taken)
  const sink = await startHttpSink(taken)
  const signer = await createIdentity()
  project.provide('mailServers', { sinkUrl: sink.url, smtp: smtp.ports, signer })
  return async () => {
    await Promise.all([smtp.stop(), sink.stop()])
  }
}
