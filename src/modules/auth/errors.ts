import { defineErrors } from '../../kernel/errors.ts'

export const authErrors = defineErrors('auth', {
  invalidCredentials: [401, 'The e-mail address or the password is wrong'],
  invalidToken: [400, 'The link is not valid, or not any more'],
  emailNotVerified: [403, 'The e-mail address has not been verified'],
  wrongPassword: [403, 'The password is wrong'],
  invalidRefreshToken: [401, 'The refresh token is not valid'],
  originRefused: [403, 'The page may not use the cookies of this host'],
  registrationClosed: [403, 'Registration is closed'],
  invalidChallenge: [401, 'The log-in has to be begun anew'],
  codeRequired: [403, 'A code of the second factor is needed'],
  wrongCode: [403, 'The code is wrong, or was used before'],
  stepUpRequired: [403, 'The session has to show again who uses it'],
  secondFactorOff: [409, 'The tenant offers no second factor'],
  secondFactorActive: [409, 'The second factor is on already'],
  secondFactorInactive: [409, 'There is no second factor'],
  secondFactorRequired: [409, 'The tenant asks for the second factor'],
  alreadyInvited: [409, 'The address has been invited already'],
  invitationClosed: [409, 'The invitation was accepted or revoked'],
  emailTaken: [409, 'The e-mail address is taken'],
  lastAdministrator: [409, 'The last administrator must stay'],
})

/** Refuses a page that is neither of this host nor on the tenant's list. */
export const { originRefused } = authErrors
