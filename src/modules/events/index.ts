export { decideFailure, keepUnknown } from './domain.ts'
export { eventsModule } from './module.ts'
export {
  type HeldEvent,
  type Outcome,
  envelopeOf,
  handledOf,
  holdEvents,
  noteOutcomes,
} from './service/hold.ts'
export { relayEvents } from './service/relay.ts'
