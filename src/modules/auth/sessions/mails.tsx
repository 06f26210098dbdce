import * as z from 'zod'
import { defineLetter } from '../mails.tsx'

/** For the owner of an account whose log-ins are refused for a while. */
export const guessingMail = defineLetter({
  name: 'auth/guessing',
  description: 'Tells the owner of an account that somebody tries passwords.',
  schema: z.object({ name: z.string() }),
  example: { name: 'Ada Lovelace' },
  texts: {
    en: {
      subject: 'Somebody tries passwords for your account at {brand}',
      body: 'there were so many log-ins with a wrong password that we refuse further ones for up to 15 minutes. Nobody got in by them.',
      button: '',
      after:
        'If it was you: wait a little, or ask for a new password where you log in.\nIf it was not you, there is nothing to do when your password is long and used nowhere else.',
    },
    de: {
      subject: 'Jemand probiert Passwörter für Ihr Konto bei {brand}',
      body: 'es gab so viele Anmeldungen mit falschem Passwort, dass wir weitere bis zu 15 Minuten lang ablehnen. Niemand kam dadurch hinein.',
      button: '',
      after:
        'Wenn Sie es waren: Warten Sie etwas, oder setzen Sie bei der Anmeldung ein neues Passwort.\nWenn Sie es nicht waren, müssen Sie nichts tun, sofern Ihr Passwort lang ist und nirgends sonst gilt.',
    },
    ru: {
      subject: 'Кто-то подбирает пароль к вашей учётной записи в {brand}',
      body: 'Было столько попыток входа с неверным паролем, что мы отклоняем новые до 15 минут. Никто так не вошёл.',
      button: '',
      after:
        'Если это были вы: подождите немного или запросите новый пароль на странице входа.\nЕсли не вы, ничего делать не нужно, если пароль длинный и нигде больше не используется.',
    },
  },
})

export const sessionMails = [guessingMail]
