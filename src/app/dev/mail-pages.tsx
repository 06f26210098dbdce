import type { Child, FC } from 'hono/jsx'
import type { MailDefinition } from '../../kernel/mail.ts'
import type { MailAddress } from '../../ports/mailer.ts'
import type { CapturedMail } from './mailbox.ts'

/** The style sheet of the pages, of which nothing is in the production bundle. */
export const mailStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 1rem; max-width: 70rem }
body { background: light-dark(#fff, #16181d); color: light-dark(#16181d, #f2f4f8) }
a { color: light-dark(#0b57d0, #a8c7fa) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: start; padding: .5rem; border-bottom: 1px solid GrayText; vertical-align: top; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere }
iframe { width: 100%; height: 36rem; border: 1px solid GrayText; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid GrayText; padding: 1rem }
nav ul { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; padding: 0 }
`

const Page: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <html lang='en'>
    <head>
      <meta charset='utf-8' />
      <meta name='viewport' content='width=device-width, initial-scale=1' />
      <title>{title}</title>
      <link rel='icon' type='image/svg+xml' href='/assets/docs/favicon.svg' />
      <link rel='stylesheet' href='/dev/mail/style.css' />
    </head>
    <body>
      <header>
        <nav aria-label='Mail'>
          <ul>
            <li>
              <a href='/dev/mail'>Mailbox</a>
            </li>
            <li>
              <a href='/dev/mail/preview'>Previews</a>
            </li>
          </ul>
        </nav>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </body>
  </html>
)

/** The mails that were not sent but kept, newest first. */
export const MailboxPage: FC<{ mails: readonly CapturedMail[] }> = ({ mails }) => (
  <Page title='Mailbox'>
    {mails.length === 0 ? (
      <p>No mail has been sent yet.</p>
    ) : (
      <table>
        <thead>
          <tr>
            <th scope='col'>Subject</th>
            <th scope='col'>To</th>
            <th scope='col'>From</th>
            <th scope='col'>Message</th>
          </tr>
        </thead>
        <tbody>
          {mails.map((mail) => (
            <tr>
              <td>
                <a href={`/dev/mail/${mail.id}`}>{mail.subject}</a>
              </td>
              <td>{addressText(mail.to)}</td>
              <td>{addressText(mail.from)}</td>
              <td>{mail.category ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Page>
)

/** What a page shows of a mail; the HTML lies at an address of its own. */
type Shown = Pick<CapturedMail, 'subject' | 'from' | 'text'> &
  Partial<Pick<CapturedMail, 'to' | 'replyTo' | 'headers' | 'id'>>

const MailParts: FC<{ mail: Shown; htmlPath: string }> = ({ mail, htmlPath }) => (
  <>
    <dl>
      <dt>From</dt>
      <dd>{addressText(mail.from)}</dd>
      {mail.to && (
        <>
          <dt>To</dt>
          <dd>{addressText(mail.to)}</dd>
        </>
      )}
      {mail.replyTo && (
        <>
          <dt>Reply to</dt>
          <dd>{addressText(mail.replyTo)}</dd>
        </>
      )}
      {Object.entries(mail.headers ?? {}).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
    <h2>HTML</h2>
    <iframe sandbox='' src={htmlPath} title={`HTML of ${mail.subject}`}></iframe>
    <h2>Text</h2>
    <pre>{mail.text}</pre>
  </>
)

/** One mail of the mailbox. */
export const MailPage: FC<{ mail: CapturedMail }> = ({ mail }) => (
  <Page title={mail.subject}>
    <MailParts mail={mail} htmlPath={`/dev/mail/${mail.id}/html`} />
  </Page>
)

/** Every message that a module declares. */
export const PreviewsPage: FC<{ mails: readonly MailDefinition[] }> = ({ mails }) => (
  <Page title='Previews'>
    <ul>
      {mails.map(({ name, description, texts }) => (
        <li>
          <a href={`/dev/mail/preview/${name}`}>{name}</a>: {description} (
          {Object.keys(texts).join(', ')})
        </li>
      ))}
    </ul>
  </Page>
)

/** A message with its example, in a locale. */
export const PreviewPage: FC<{
  definition: MailDefinition
  locale: string
  mail: Shown
}> = ({ definition, locale, mail }) => (
  <Page title={mail.subject}>
    <p>
      {definition.name}, version {definition.version}: {definition.description}
    </p>
    <nav aria-label='Locales'>
      <ul>
        {Object.keys(definition.texts).map((code) => (
          <li>
            <a
              href={`/dev/mail/preview/${definition.name}?locale=${code}`}
              aria-current={code === locale ? 'page' : undefined}
            >
              {code}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <MailParts
      mail={mail}
      htmlPath={`/dev/mail/preview/${definition.name}/html?locale=${locale}`}
    />
  </Page>
)

function addressText({ address, name }: MailAddress | CapturedMail['to']): string {
  return name ? `${name} <${address}>` : address
}
