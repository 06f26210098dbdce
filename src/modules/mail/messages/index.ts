export { deleteMessagesTo, findMessage, toMessage } from './repo.ts'
export { getMessage, listMessages } from './service/read-messages.ts'
