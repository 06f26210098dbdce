import { definePermissions } from '../../kernel/permissions.ts'

export const permissions = definePermissions({
  'jobs:read': ['Read the background jobs and how they came out', ['admin']],
  'jobs:manage': ['Cancel and retry jobs, and read their payloads and results', ['admin']],
})
