export { decideFailure, keepUnknown, waitingOf } from './domain.ts'
export { eventsModule } from './module.ts'
export {
  type HeldEvent,
  type Outcome,
  envelopeOf,
  holdEvents,
  noteOutcomes,
  owedTo,
} from './service/hold.ts'
export { outboxFigures } from './repo.ts'
export { envelopeSchema } from './schemas.ts'
export { relayEvents } from './service/relay.ts'
