// Mends what Swagger UI leaves out for people who use a keyboard or a screen reader (WCAG 2.2).

/** Wraps a component of Swagger UI in a landmark with a name. */
const inSection = (name) => (Original, system) => (props) =>
  system.React.createElement(
    'section',
    { 'aria-label': name },
    system.React.createElement(Original, props),
  )

/** A plugin of Swagger UI: landmarks, an unbroken order of headings, and no link inside a button. */
export const accessiblePlugin = (system) => {
  const { createElement, Fragment } = system.React
  return {
    components: {
      DeepLink: ({ text }) => createElement('span', null, text),
      // This deployment is the only server.
      ServersContainer: () => null,
    },
    wrapComponents: {
      InfoContainer: inSection('About this API'),
      AuthorizeBtnContainer: inSection('Authorization'),
      FilterContainer: inSection('Filter'),
      operations: (Original) => (props) =>
        createElement(
          Fragment,
          null,
          createElement('h2', { className: 'unseen' }, 'Operations'),
          createElement(Original, props),
        ),
    },
  }
}

/** What is mended in elements that Swagger UI draws, by selector. */
const mends = {
  '[data-param-name] select': (select) => {
    select.setAttribute('aria-label', select.closest('[data-param-name]').dataset.paramName)
  },
  '.body-param textarea': (field) => field.setAttribute('aria-label', 'Request body'),
  '.close-modal': (button) => button.setAttribute('aria-label', 'Dismiss'),
  '.modal-ux-header h3': (heading) => heading.setAttribute('aria-level', '2'),
  '.modal-ux-content h4': (heading) => heading.setAttribute('aria-level', '3'),
  'button[aria-label="Apply credentials"]': (button) => {
    button.setAttribute('aria-label', `${button.textContent}: apply credentials`)
  },
  // A region is no table to a screen reader.
  '.responses-table[role]': (table) => table.removeAttribute('role'),
  '.microlight, .curl': (code) => {
    code.tabIndex = 0
  },
}

/** Mends fields, dialogs and tables below the root, also those that come later. */
export const mendElements = (root) => {
  const mend = () => {
    for (const [selector, change] of Object.entries(mends)) {
      root.querySelectorAll(selector).forEach(change)
    }
  }
  new MutationObserver(mend).observe(root, { childList: true, subtree: true })
}
