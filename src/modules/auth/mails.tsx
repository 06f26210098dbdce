import * as z from 'zod'
import {
  LAST_MAIL_LOCALE,
  type MailDefinition,
  type MailTexts,
  type MailView,
  defineMail,
} from '../../kernel/mail.ts'
import { limits } from '../../kernel/limits.ts'
import { formatMessage } from '../../kernel/message-format.ts'
import { MailButton, MailHeading, MailLayout, MailText, mailText } from '../mail/index.ts'

/** The words of a letter. `body` and `after` stand around the button; an empty text is left out. */
export type LetterKey = 'subject' | 'body' | 'button' | 'after'

/** What every letter is told. */
interface LetterProps {
  readonly name: string
  /** A path of the tenant's own site, or an https URL. Without one there is no button. */
  readonly url?: string | undefined
}

/** A letter as it is declared. Its texts know `brand`, `minutes` and the props. */
type Letter<Props> = Pick<MailDefinition<Props>, 'name' | 'description' | 'schema' | 'example'> & {
  readonly texts: MailTexts<LetterKey>
}

/** Declares a message of an account: greeting, what happened, a button, what else to know. */
export function defineLetter<Props extends LetterProps>(
  letter: Letter<Props>,
): MailDefinition<Props> {
  return defineMail<Props, LetterKey>({
    version: 1,
    purpose: 'essential',
    ...letter,
    subject: (view) => say(view, 'subject'),
    html: (view) => {
      const title = say(view, 'subject')
      const [body = '', ...more] = paragraphsOf(view, 'body')
      return (
        <MailLayout view={view} title={title} preheader={body}>
          <MailHeading>{title}</MailHeading>
          {[greeting(view), body, ...more].map((text) => (
            <MailText>{text}</MailText>
          ))}
          <MailButton view={view} href={linkOf(view)}>
            {say(view, 'button')}
          </MailButton>
          {paragraphsOf(view, 'after').map((text) => (
            <MailText>{text}</MailText>
          ))}
        </MailLayout>
      )
    },
    text: (view) =>
      mailText(view, [
        greeting(view),
        ...paragraphsOf(view, 'body'),
        linkOf(view),
        ...paragraphsOf(view, 'after'),
      ]),
  })
}

type View<Props = LetterProps> = MailView<Props, LetterKey>

function say(view: View, key: LetterKey): string {
  const minutes = limits.oneTimeTokens.milliseconds / 60_000
  const { url: _, ...props } = view.props
  return view.t(key, { ...props, brand: view.brand.name, minutes })
}

function paragraphsOf(view: View, key: LetterKey): string[] {
  return say(view, key).split('\n').filter(Boolean)
}

function linkOf({ props: { url }, link }: View): string | undefined {
  if (url === undefined) return undefined
  return url.startsWith('/') ? link(url) : url
}

/** The longest name that is greeted. */
const GREETED = 60

/** Mail programs make links of such texts, and strangers choose their names: those are not greeted. */
const LINK_LIKE = /[/\\:@]|\.\p{L}/u

const greetings: MailTexts<'hello' | 'nobody'> = {
  en: { hello: 'Hello {name},', nobody: 'Hello,' },
  de: { hello: 'Guten Tag {name},', nobody: 'Guten Tag,' },
  ru: { hello: 'Здравствуйте, {name}!', nobody: 'Здравствуйте!' },
}

function greeting({ locale, props: { name } }: View): string {
  const { hello, nobody } = greetings[locale] ?? greetings[LAST_MAIL_LOCALE]
  const isGreeted = name !== '' && name.length <= GREETED && !LINK_LIKE.test(name)
  return formatMessage(isGreeted ? hello : nobody, locale, 'UTC', { name })
}

/** The first mail that an account gets. Its link shows that the address is read, where it has one. */
export const welcomeMail = defineLetter({
  name: 'auth/welcome',
  description: 'Welcomes somebody whose account was made, and asks to confirm the address.',
  schema: z.object({
    name: z.string(),
    email: z.string(),
    by: z
      .enum(['self', 'administrator', 'invitation'])
      .meta({ description: 'Who made the account.' }),
    url: z.string(),
  }),
  example: {
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    by: 'self',
    url: '/account/verify#token=example',
  },
  texts: {
    en: {
      subject: 'Welcome to {brand}',
      body: '{by, select, administrator {an administrator has made an account for you at {brand}.} other {your account at {brand} is ready.}}\nYou log in with {email}.',
      button: '{by, select, self {Confirm your address} other {Go to {brand}}}',
      after:
        '{by, select, self {The link works once, for {minutes} minutes.} other {}}\nIf you did not expect this, somebody may have mistyped an address: do nothing.',
    },
    de: {
      subject: 'Willkommen bei {brand}',
      body: '{by, select, administrator {für Sie wurde bei {brand} ein Konto angelegt.} other {Ihr Konto bei {brand} ist bereit.}}\nSie melden sich mit {email} an.',
      button: '{by, select, self {Adresse bestätigen} other {Zu {brand}}}',
      after:
        '{by, select, self {Der Link gilt einmal, {minutes} Minuten lang.} other {}}\nWenn Sie das nicht erwartet haben, hat sich vielleicht jemand vertippt: Sie müssen nichts tun.',
    },
    ru: {
      subject: 'Добро пожаловать в {brand}',
      body: '{by, select, administrator {Администратор создал для вас учётную запись в {brand}.} other {Ваша учётная запись в {brand} готова.}}\nДля входа используйте адрес {email}.',
      button: '{by, select, self {Подтвердить адрес} other {Перейти в {brand}}}',
      after:
        '{by, select, self {Ссылка действует один раз, {minutes} минут.} other {}}\nЕсли вы этого не ожидали, возможно, кто-то ошибся адресом: ничего делать не нужно.',
    },
  },
})

/** Shows that an address is read, when the first mail's link is too old or was lost. */
export const verifyMail = defineLetter({
  name: 'auth/verify-email',
  description: 'Asks to confirm the address of an account.',
  schema: z.object({ name: z.string(), url: z.string() }),
  example: { name: 'Ada Lovelace', url: '/account/verify#token=example' },
  texts: {
    en: {
      subject: 'Confirm your address for {brand}',
      body: 'please confirm that this is your address.',
      button: 'Confirm your address',
      after: 'The link works once, for {minutes} minutes.\nIf you did not ask for it, do nothing.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre Adresse für {brand}',
      body: 'bitte bestätigen Sie, dass dies Ihre Adresse ist.',
      button: 'Adresse bestätigen',
      after:
        'Der Link gilt einmal, {minutes} Minuten lang.\nWenn Sie ihn nicht angefordert haben, müssen Sie nichts tun.',
    },
    ru: {
      subject: 'Подтвердите адрес для {brand}',
      body: 'Пожалуйста, подтвердите, что это ваш адрес.',
      button: 'Подтвердить адрес',
      after:
        'Ссылка действует один раз, {minutes} минут.\nЕсли вы её не запрашивали, ничего делать не нужно.',
    },
  },
})

export const mails = [welcomeMail, verifyMail]
