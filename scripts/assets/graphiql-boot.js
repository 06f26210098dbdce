// Starts GraphiQL. It is a file of its own because the page's Content-Security-Policy allows no
// inline script. Tokens that are entered stay in memory and are gone with the page.

const endpoint = '/graphql'
const tenant = new URLSearchParams(location.search).get('tenant') ?? ''

const firstQuery = `# Ctrl-Enter runs the query. The headers below name
# the tenant; add {"Authorization": "Bearer ..."} to
# see what only you may see.

{
  ${tenant === '' ? '__typename' : 'posts(limit: 3) {\n    items {\n      slug\n      title\n    }\n  }'}
}
`

/** Sends one operation. An answer that is no JSON is shown as an error with its status. */
const fetcher = async (operation, { headers } = {}) => {
  const response = await fetch(endpoint, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
    },
    body: JSON.stringify(operation),
  })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return { errors: [{ message: `${response.status} ${response.statusText}`.trim() }] }
  }
}

/** GraphiQL's history keeps headers, and so tokens: what it stores goes with the page. */
const createMemoryStorage = () => {
  const entries = new Map()
  return {
    get length() {
      return entries.size
    },
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
    clear: () => entries.clear(),
  }
}

const { React, ReactDOM, GraphiQL } = window

ReactDOM.createRoot(document.querySelector('#graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: firstQuery,
    defaultHeaders: tenant === '' ? '{}' : JSON.stringify({ 'X-Tenant-ID': tenant }, null, 2),
    defaultEditorToolsVisibility: 'headers',
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    storage: createMemoryStorage(),
  }),
)
