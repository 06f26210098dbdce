export {
  elevateSession,
  endOtherSessions,
  endSession,
  endSessionOf,
  endSessionsOf,
  eraseSessionsOf,
  insertRefreshToken,
  openSessionsOf,
  spendRefreshToken,
  touchSession,
} from './repo.ts'
export { type NewSession, newSession, placeOf, renewTokens } from './service/new-session.ts'
export { sessionSweeps } from './service/sweep-sessions.ts'
export { refreshTokens, sessions } from './tables.ts'
