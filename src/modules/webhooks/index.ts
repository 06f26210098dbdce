export { inboundReceived } from './inbound/events.ts'
export { receiveWebhook } from './inbound/service/receive.ts'
export { registeredSource } from './inbound/service/registered.ts'
export { webhooksModule } from './module.ts'
