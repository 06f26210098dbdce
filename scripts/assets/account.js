// What the links of mails lead to. The token comes in the fragment of the address, which no server is
// told, leaves the address bar at once and is sent when the button is pressed: programs that look at
// links in mails press none.

const texts = {
  en: {
    verify: [
      'Confirm your address',
      'Is this your address?',
      'Confirm',
      'Your address is confirmed.',
    ],
    reset: [
      'A new password',
      'You will be logged out everywhere.',
      'Set the password',
      'Your password is changed. You can log in with it.',
    ],
    email: [
      'Your new address',
      'Your account is to have this address.',
      'Use this address',
      'Your account has this address.',
    ],
    invitation: [
      'Your invitation',
      'Choose a name and a password.',
      'Make the account',
      'Your account is ready. You can log in.',
    ],
    renew: [
      'This link is too old. A new one can go to the address that was invited.',
      'Send me a new link',
      'If the invitation is still open, a new link is on its way.',
    ],
    taken: 'There is an account with your address already. Log in.',
    name: 'Name',
    password: 'Password, at least 8 characters',
    invalid: 'This link is not valid, or not any more. Ask for a new one.',
    refused: 'The password {detail}.',
    later: 'There were too many attempts. Try again in a while.',
    failed: 'That did not work. Try again in a while.',
  },
  de: {
    verify: [
      'Adresse bestätigen',
      'Ist das Ihre Adresse?',
      'Bestätigen',
      'Ihre Adresse ist bestätigt.',
    ],
    reset: [
      'Ein neues Passwort',
      'Sie werden überall abgemeldet.',
      'Passwort setzen',
      'Ihr Passwort ist geändert. Sie können sich damit anmelden.',
    ],
    email: [
      'Ihre neue Adresse',
      'Ihr Konto soll diese Adresse haben.',
      'Diese Adresse verwenden',
      'Ihr Konto hat diese Adresse.',
    ],
    invitation: [
      'Ihre Einladung',
      'Wählen Sie einen Namen und ein Passwort.',
      'Konto anlegen',
      'Ihr Konto ist bereit. Sie können sich anmelden.',
    ],
    renew: [
      'Dieser Link ist zu alt. Ein neuer kann an die eingeladene Adresse gehen.',
      'Neuen Link schicken',
      'Wenn die Einladung noch offen ist, ist ein neuer Link unterwegs.',
    ],
    taken: 'Mit Ihrer Adresse gibt es schon ein Konto. Melden Sie sich an.',
    name: 'Name',
    password: 'Passwort, mindestens 8 Zeichen',
    invalid: 'Dieser Link gilt nicht oder nicht mehr. Fordern Sie einen neuen an.',
    refused: 'Dieses Passwort ist zu leicht zu erraten oder zu kurz.',
    later: 'Das waren zu viele Versuche. Versuchen Sie es später noch einmal.',
    failed: 'Das hat nicht geklappt. Versuchen Sie es später noch einmal.',
  },
  ru: {
    verify: ['Подтверждение адреса', 'Это ваш адрес?', 'Подтвердить', 'Адрес подтверждён.'],
    reset: [
      'Новый пароль',
      'Вы выйдете на всех устройствах.',
      'Задать пароль',
      'Пароль изменён. Теперь можно войти.',
    ],
    email: [
      'Новый адрес',
      'У вашей учётной записи будет этот адрес.',
      'Использовать этот адрес',
      'У вашей учётной записи этот адрес.',
    ],
    invitation: [
      'Приглашение',
      'Выберите имя и пароль.',
      'Создать учётную запись',
      'Учётная запись готова. Теперь можно войти.',
    ],
    renew: [
      'Ссылка устарела. Новую можно отправить на приглашённый адрес.',
      'Отправить новую ссылку',
      'Если приглашение ещё действует, новая ссылка уже в пути.',
    ],
    taken: 'С вашим адресом уже есть учётная запись. Войдите в неё.',
    name: 'Имя',
    password: 'Пароль, не меньше 8 знаков',
    invalid: 'Ссылка недействительна или устарела. Запросите новую.',
    refused: 'Этот пароль слишком короткий или легко угадывается.',
    later: 'Слишком много попыток. Попробуйте позже.',
    failed: 'Не получилось. Попробуйте позже.',
  },
}

/** Where each page sends its token, and what else it asks for. */
const actions = {
  verify: { path: 'verification/confirm', fields: [] },
  reset: { path: 'password/reset', fields: ['password'] },
  email: { path: 'email/confirm', fields: [] },
  invitation: { path: 'invitations/accept', fields: ['name', 'password'] },
  renew: { path: 'invitations/renew', fields: [] },
}

const element = (id) => document.querySelector(`#${id}`)
const locale = navigator.languages
  .map((tag) => tag.slice(0, 2).toLowerCase())
  .find((tag) => tag in texts)
const words = texts[locale ?? 'en']
const page = location.pathname.split('/').at(-1)
const [title, text, button, accepted] = words[page]
let action = actions[page]
let done = accepted
const token = new URLSearchParams(location.hash.slice(1)).get('token')
history.replaceState(null, '', location.pathname)

const tell = (sentence) => {
  element('outcome').textContent = sentence
}

const whyNot = ({ code, errors = [] }, status) => {
  if (code === 'auth.invalid_token') return words.invalid
  if (code === 'auth.email_taken') return words.taken
  const refused = errors.find(({ pointer }) => pointer === '/password')
  if (refused) return words.refused.replace('{detail}', refused.detail)
  if (code === 'invalid_input') return words.invalid
  return status === 429 ? words.later : words.failed
}

/** An invitation outlives its links: asks for another link by the one that is too old. */
const offerRenewal = () => {
  for (const field of action.fields) {
    element(`${field}-label`).hidden = true
    element(field).required = false
  }
  action = actions.renew
  ;[element('text').textContent, element('send').textContent, done] = words.renew
}

const send = async () => {
  const entries = action.fields.map((field) => [field, element(field).value])
  const response = await fetch(`/api/v1/auth/${action.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'omit',
    body: JSON.stringify({ token, ...Object.fromEntries(entries) }),
  })
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}))
    const isTooOld = problem.code === 'auth.invalid_token' && action === actions.invitation
    return isTooOld ? offerRenewal() : tell(whyNot(problem, response.status))
  }
  element('form').hidden = true
  tell(done)
}

document.documentElement.lang = locale ?? 'en'
document.title = title
element('title').textContent = title
element('text').textContent = text
element('send').textContent = button
for (const field of action.fields) {
  element(`${field}-label`).hidden = false
  element(`${field}-label`).querySelector('span').textContent = words[field]
  element(field).required = true
}

if (token === null) tell(words.invalid)
else element('form').hidden = false

element('form').addEventListener('submit', (event) => {
  event.preventDefault()
  element('send').disabled = true
  tell('')
  void send()
    .catch(() => tell(words.failed))
    .finally(() => {
      element('send').disabled = false
    })
})
