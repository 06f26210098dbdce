import { definePermissions } from '../../kernel/permissions.ts'

/** Whoever runs or schedules a task holds the task's own permissions too. */
export const permissions = definePermissions({
  'schedules:read': ['See schedules and their runs', ['admin']],
  'schedules:manage': ['Make, change, pause and start schedules', ['admin']],
  'tasks:read': ['See the tasks that can be run', ['admin']],
  'tasks:run': ['Run tasks in the background', ['admin']],
  'maintenance:run': ['Clean up and warm the deployment, from the control tenant', []],
})
