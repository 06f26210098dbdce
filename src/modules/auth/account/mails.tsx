import * as z from 'zod'
import { defineLetter } from '../mails.tsx'

const toldSchema = z.object({ name: z.string() })
const linkSchema = toldSchema.extend({ url: z.string() })
const addressSchema = toldSchema.extend({ email: z.string() })
const name = 'Ada Lovelace'
const exampleOf = (page: string) => ({ name, url: `/account/${page}#token=example` })

/** For the owner of an address that somebody else has given for an account of their own. */
export const addressUsedMail = defineLetter({
  name: 'auth/address-used',
  description: 'Tells the owner of an account that somebody gave its address for another one.',
  schema: toldSchema,
  example: { name },
  texts: {
    en: {
      subject: 'Somebody tried to use your address at {brand}',
      body: 'somebody tried to make or change an account at {brand} with your address. Your account is as it was.',
      button: '',
      after:
        'If it was you: you have an account already. If you forgot the password, ask for a new one where you log in.\nIf it was not you, do nothing.',
    },
    de: {
      subject: 'Jemand wollte Ihre Adresse bei {brand} verwenden',
      body: 'jemand wollte bei {brand} mit Ihrer Adresse ein Konto anlegen oder ändern. Ihr Konto ist unverändert.',
      button: '',
      after:
        'Wenn Sie es waren: Sie haben schon ein Konto. Ein vergessenes Passwort können Sie bei der Anmeldung neu setzen.\nWenn Sie es nicht waren, müssen Sie nichts tun.',
    },
    ru: {
      subject: 'Кто-то пытался использовать ваш адрес в {brand}',
      body: 'Кто-то пытался создать или изменить учётную запись в {brand}, указав ваш адрес. Ваша учётная запись не изменилась.',
      button: '',
      after:
        'Если это были вы: у вас уже есть учётная запись. Забытый пароль можно сменить на странице входа.\nЕсли это были не вы, ничего делать не нужно.',
    },
  },
})

export const resetMail = defineLetter({
  name: 'auth/password-reset',
  description: 'Lets somebody who forgot the password set a new one.',
  schema: linkSchema,
  example: exampleOf('reset'),
  texts: {
    en: {
      subject: 'A new password for {brand}',
      body: 'somebody, hopefully you, asked for a new password for your account.',
      button: 'Set a new password',
      after:
        'The link works once, for {minutes} minutes.\nIf you did not ask for it, do nothing: your password stays as it is.',
    },
    de: {
      subject: 'Ein neues Passwort für {brand}',
      body: 'jemand, hoffentlich Sie, hat ein neues Passwort für Ihr Konto angefordert.',
      button: 'Neues Passwort setzen',
      after:
        'Der Link gilt einmal, {minutes} Minuten lang.\nWenn Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.',
    },
    ru: {
      subject: 'Новый пароль для {brand}',
      body: 'Кто-то, надеемся, что вы, запросил новый пароль для вашей учётной записи.',
      button: 'Задать новый пароль',
      after:
        'Ссылка действует один раз, {minutes} минут.\nЕсли вы её не запрашивали, ничего делать не нужно: пароль останется прежним.',
    },
  },
})

export const passwordChangedMail = defineLetter({
  name: 'auth/password-changed',
  description: 'Tells somebody that the password of the account was changed.',
  schema: toldSchema,
  example: { name },
  texts: {
    en: {
      subject: 'Your password for {brand} was changed',
      body: 'the password of your account was changed. You are logged out everywhere else.',
      button: '',
      after:
        'If it was not you, ask for a new password at once where you log in, and tell the people of {brand}.',
    },
    de: {
      subject: 'Ihr Passwort für {brand} wurde geändert',
      body: 'das Passwort Ihres Kontos wurde geändert. Überall sonst sind Sie abgemeldet.',
      button: '',
      after:
        'Wenn Sie das nicht waren, fordern Sie bei der Anmeldung sofort ein neues Passwort an und sagen Sie es {brand}.',
    },
    ru: {
      subject: 'Ваш пароль для {brand} изменён',
      body: 'Пароль вашей учётной записи изменён. На всех остальных устройствах вы вышли из неё.',
      button: '',
      after:
        'Если это были не вы, сразу запросите новый пароль на странице входа и сообщите об этом в {brand}.',
    },
  },
})

export const changeEmailMail = defineLetter({
  name: 'auth/change-email',
  description: 'Asks to confirm the new address of an account.',
  schema: linkSchema,
  example: exampleOf('email'),
  texts: {
    en: {
      subject: 'Confirm your new address for {brand}',
      body: 'your account is to have this address from here on.',
      button: 'Use this address',
      after: 'The link works once, for {minutes} minutes.\nIf you did not ask for it, do nothing.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre neue Adresse für {brand}',
      body: 'Ihr Konto soll künftig diese Adresse haben.',
      button: 'Diese Adresse verwenden',
      after:
        'Der Link gilt einmal, {minutes} Minuten lang.\nWenn Sie ihn nicht angefordert haben, müssen Sie nichts tun.',
    },
    ru: {
      subject: 'Подтвердите новый адрес для {brand}',
      body: 'У вашей учётной записи теперь должен быть этот адрес.',
      button: 'Использовать этот адрес',
      after:
        'Ссылка действует один раз, {minutes} минут.\nЕсли вы её не запрашивали, ничего делать не нужно.',
    },
  },
})

/** Goes to the old address. */
export const emailChangedMail = defineLetter({
  name: 'auth/email-changed',
  description: 'Tells the old address of an account that it has another one.',
  schema: addressSchema,
  example: { name, email: 'ada@example.com' },
  texts: {
    en: {
      subject: 'Your address for {brand} was changed',
      body: 'your account has another address. You do not log in with {email} any more.',
      button: '',
      after: 'If it was not you, tell the people of {brand} at once.',
    },
    de: {
      subject: 'Ihre Adresse für {brand} wurde geändert',
      body: 'Ihr Konto hat eine andere Adresse. Mit {email} melden Sie sich nicht mehr an.',
      button: '',
      after: 'Wenn Sie das nicht waren, sagen Sie es {brand} sofort.',
    },
    ru: {
      subject: 'Ваш адрес для {brand} изменён',
      body: 'У вашей учётной записи другой адрес. Адрес {email} для входа больше не подходит.',
      button: '',
      after: 'Если это были не вы, сразу сообщите об этом в {brand}.',
    },
  },
})

export const accountClosedMail = defineLetter({
  name: 'auth/account-closed',
  description: 'Tells somebody that the account was deactivated or deleted.',
  schema: toldSchema.extend({ how: z.enum(['deactivated', 'deleted']) }),
  example: { name, how: 'deleted' },
  texts: {
    en: {
      subject: 'Your account at {brand} was {how, select, deleted {deleted} other {deactivated}}',
      body: '{how, select, deleted {your account and what it said of you are gone.} other {your account is deactivated, and nobody can log in to it.}}',
      button: '',
      after: 'If it was not you, tell the people of {brand} at once.',
    },
    de: {
      subject: 'Ihr Konto bei {brand} wurde {how, select, deleted {gelöscht} other {stillgelegt}}',
      body: '{how, select, deleted {Ihr Konto und Ihre Angaben darin sind gelöscht.} other {Ihr Konto ist stillgelegt, und niemand kann sich damit anmelden.}}',
      button: '',
      after: 'Wenn Sie das nicht waren, sagen Sie es {brand} sofort.',
    },
    ru: {
      subject: 'Ваша учётная запись в {brand} {how, select, deleted {удалена} other {отключена}}',
      body: '{how, select, deleted {Ваша учётная запись и её данные удалены.} other {Ваша учётная запись отключена, и войти в неё нельзя.}}',
      button: '',
      after: 'Если это были не вы, сразу сообщите об этом в {brand}.',
    },
  },
})

export const accountMails = [
  addressUsedMail,
  resetMail,
  passwordChangedMail,
  changeEmailMail,
  emailChangedMail,
  accountClosedMail,
]
