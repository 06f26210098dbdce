import { transportContract } from '../contracts/transport.contract.ts'

transportContract('inline', { EVENTS_TRANSPORT: 'inline' })
transportContract('over Cloudflare Queues', { EVENTS_TRANSPORT: 'queues' })
