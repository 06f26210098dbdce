// Starts the API reference. It is a file of its own because the page's Content-Security-Policy
// allows no inline script. Tokens that are entered stay in memory and are gone with the page.

import { accessiblePlugin, mendElements } from './accessible.js'

const tenantField = document.querySelector('#tenant')
const reference = document.querySelector('#reference')
const darkScheme = window.matchMedia('(prefers-color-scheme: dark)')

const followColorScheme = () => {
  document.documentElement.classList.toggle('dark-mode', darkScheme.matches)
}

/** Names the tenant on every request to this origin, unless the operation already does. */
const nameTenant = (request) => {
  const tenant = tenantField.value.trim()
  const isOurs = new URL(request.url, location.href).origin === location.origin
  const isNamed = Object.keys(request.headers ?? {}).some(
    (name) => name.toLowerCase() === 'x-tenant-id',
  )
  if (tenant !== '' && isOurs && !isNamed) {
    request.headers = { ...request.headers, 'X-Tenant-ID': tenant }
  }
  return request
}

/**
 * Swagger UI fills fields with examples and sends them: a list would be filtered by values that
 * nobody chose. Only parameters that must be given keep theirs.
 */
const dropOptionalExamples = (response) => {
  if (!response.url.endsWith('/openapi.json')) return response
  const definition = JSON.parse(response.text)
  for (const operation of Object.values(definition.paths).flatMap(Object.values)) {
    for (const { required, schema } of operation.parameters ?? []) {
      if (!required) delete schema?.example
    }
  }
  response.text = JSON.stringify(definition)
  return response
}

// Swagger UI takes the change of the address's fragment for itself, so the link moves the focus.
document.querySelector('.skip').addEventListener('click', () => reference.focus())
followColorScheme()
darkScheme.addEventListener('change', followColorScheme)
mendElements(reference)
tenantField.value = new URLSearchParams(location.search).get('tenant') ?? ''

window.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: reference,
  presets: [window.SwaggerUIBundle.presets.apis],
  plugins: [accessiblePlugin],
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  requestInterceptor: nameTenant,
  responseInterceptor: dropOptionalExamples,
  tryItOutEnabled: true,
  validatorUrl: null,
})
