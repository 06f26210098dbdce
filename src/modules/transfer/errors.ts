import { defineErrors } from '../../kernel/errors.ts'

export const transferErrors = defineErrors('transfer', {
  notComplete: [409, 'The export is not complete'],
  fileRefused: [422, 'A file of the export is missing or not what it was'],
  rowRefused: [422, 'A row of the export does not fit its table'],
  schemaDiffers: [409, 'The export was made with another schema'],
  underWay: [409, 'An export or import of it is under way'],
  archiveTooLarge: [409, 'The export has too many files for an archive'],
  notEmpty: [409, 'The tenant has data'],
  rowsConflict: [409, 'Rows of the export conflict'],
})
