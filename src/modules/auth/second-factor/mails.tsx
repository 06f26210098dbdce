import * as z from 'zod'
import { defineLetter } from '../mails.tsx'

/** What has happened to a second factor that its owner is told. */
const NEWS = ['enabled', 'disabled', 'reset', 'renewed', 'used', 'guessed'] as const

export type FactorNews = (typeof NEWS)[number]

export const secondFactorMail = defineLetter({
  name: 'auth/second-factor',
  description: 'Tells somebody what has happened to the second factor of the account.',
  schema: z.object({ name: z.string(), what: z.enum(NEWS) }),
  example: { name: 'Ada Lovelace', what: 'enabled' },
  texts: {
    en: {
      subject:
        '{what, select, enabled {Log-in at {brand} by code is on} disabled {Log-in at {brand} by code is off} reset {Log-in at {brand} by code is off} renewed {New recovery codes for {brand}} used {A recovery code for {brand} was used} other {Somebody knows your password for {brand}}}',
      body: '{what, select, enabled {whoever logs in to your account needs a code of your app too. You are logged out everywhere else.} disabled {your password alone is enough to log in to your account.} reset {an administrator has switched off the codes of your app: your password alone is enough to log in.} renewed {the recovery codes that you had are worth nothing any more.} used {somebody logged in to your account with your password and a recovery code.} other {somebody gave your password and so many wrong codes that we refuse further ones for up to 15 minutes. Nobody got in by them.}}',
      button: '',
      after: 'If it was not you, change your password at once and tell the people of {brand}.',
    },
    de: {
      subject:
        '{what, select, enabled {Anmeldung bei {brand} mit Code ist an} disabled {Anmeldung bei {brand} mit Code ist aus} reset {Anmeldung bei {brand} mit Code ist aus} renewed {Neue Wiederherstellungscodes für {brand}} used {Ein Wiederherstellungscode für {brand} wurde verwendet} other {Jemand kennt Ihr Passwort für {brand}}}',
      body: '{what, select, enabled {wer sich in Ihrem Konto anmeldet, braucht auch einen Code Ihrer App. Überall sonst sind Sie abgemeldet.} disabled {Ihr Passwort allein genügt für die Anmeldung.} reset {die Verwaltung hat die Codes Ihrer App abgeschaltet: Ihr Passwort allein genügt für die Anmeldung.} renewed {Ihre bisherigen Wiederherstellungscodes gelten nicht mehr.} used {jemand hat sich mit Ihrem Passwort und einem Wiederherstellungscode angemeldet.} other {jemand hat Ihr Passwort und so viele falsche Codes eingegeben, dass wir weitere bis zu 15 Minuten lang ablehnen. Niemand kam dadurch hinein.}}',
      button: '',
      after: 'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und sagen Sie es {brand}.',
    },
    ru: {
      subject:
        '{what, select, enabled {Вход в {brand} по коду включён} disabled {Вход в {brand} по коду отключён} reset {Вход в {brand} по коду отключён} renewed {Новые коды восстановления для {brand}} used {Использован код восстановления для {brand}} other {Кто-то знает ваш пароль для {brand}}}',
      body: '{what, select, enabled {Для входа в вашу учётную запись нужен и код вашего приложения. На всех остальных устройствах вы вышли из неё.} disabled {Для входа достаточно одного пароля.} reset {Администратор отключил коды вашего приложения: для входа достаточно одного пароля.} renewed {Прежние коды восстановления больше не действуют.} used {Кто-то вошёл с вашим паролем и кодом восстановления.} other {Кто-то ввёл ваш пароль и столько неверных кодов, что мы отклоняем новые до 15 минут. Никто так не вошёл.}}',
      button: '',
      after: 'Если это были не вы, сразу смените пароль и сообщите об этом в {brand}.',
    },
  },
})

export const secondFactorMails = [secondFactorMail]
