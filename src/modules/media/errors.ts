import { defineErrors } from '../../kernel/errors.ts'

/** Errors of files, assets and folders. */
export const mediaErrors = defineErrors('media', {
  quotaExceeded: [409, 'There is no room for the file'],
  typeRefused: [415, 'Files of this type are not taken'],
  incomplete: [400, 'The body ended too early or went on too long'],
  checksumMismatch: [422, 'The bytes are not those of the checksum'],
  uploadExpired: [409, 'The upload took too long'],
  uploadGone: [410, 'The upload has expired or was given up'],
  noRoom: [413, 'There is no room for the file'],
  pieceRefused: [460, 'The bytes are not those of the checksum'],
  directUnavailable: [409, 'Nothing can be put into the store directly'],
  notArrived: [409, 'The file is not in the store'],
  notInTrash: [409, 'The asset is not in the trash'],
  inTrash: [409, 'The asset is in the trash'],
  inUse: [409, 'Something shows the asset'],
  assetUnknown: [422, 'The asset does not exist or is not ready'],
  assetChanged: [409, 'The asset has changed meanwhile'],
  tooManyFiles: [409, 'The asset has too many files'],
  folderUnknown: [422, 'The folder does not exist'],
  folderCycle: [422, 'A folder cannot stand below itself or too deep'],
  folderInUse: [409, 'The folder is not empty'],
  nameTaken: [409, 'The name is taken'],
  tooManyFolders: [409, 'There is no room for another folder'],
})
