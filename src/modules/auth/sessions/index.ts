export { handOverAgain } from './service/cookies.ts'
export { newSession, signedIn } from './service/session.ts'
export { sessionGate } from './service/session-gate.ts'
export type { SignedInAnswer } from './types.ts'
