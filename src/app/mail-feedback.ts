import { limits } from '../kernel/limits.ts'
import { takeFeedback } from '../modules/mail/index.ts'
import { readBody } from './http/body.ts'
import type { SystemRoute } from './http/system-route.ts'
import { depsOf } from './lifecycle/deps.ts'

/**
 * Where mail providers tell what became of mails. It names no tenant: the mail does. A signature is
 * of the body's bytes, so nothing parses them before.
 */
export const mailFeedbackRoute: SystemRoute = {
  method: 'post',
  path: '/api/v1/mail/feedback/{provider}',
  handle: async ({ isolate, request, requestId, now }, { provider = '' }) => {
    const body = await readBody(request, limits.mail.feedbackBody)
    await takeFeedback(depsOf(isolate), {
      provider,
      headers: request.headers,
      // UTF-8 that was decoded without loss is encoded to the same bytes.
      body: new TextEncoder().encode(body),
      requestId,
      now,
    })
    return new Response(null, { status: 204 })
  },
}
