export { claimProbe, endpointColumns, noteFailing, noteHealthy, toEndpoint } from './repo.ts'
export { disableByItself } from './service/disable.ts'
export { newSecret, openSecret, placeOf, sealSecret, secretsOf } from './service/secret.ts'
export { type Expected, loadEndpoint } from './service/shared.ts'
