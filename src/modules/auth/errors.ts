import { defineErrors } from '../../kernel/errors.ts'

export const authErrors = defineErrors('auth', {
  invalidCredentials: [401, 'The e-mail address or the password is wrong'],
  invalidRefreshToken: [401, 'The refresh token is not valid'],
  registrationClosed: [403, 'Registration is closed'],
  emailTaken: [409, 'The e-mail address is taken'],
  lastAdministrator: [409, 'The last administrator must stay'],
})
