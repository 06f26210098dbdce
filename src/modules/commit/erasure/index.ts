export { eraseRows, settleTenant, tablesInUse, tenantTables } from './service/erase.ts'
