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

const mend = (root) => {
  for (const select of root.querySelectorAll('[data-param-name] select:not([aria-label])')) {
    const { paramName } = select.closest('[data-param-name]').dataset
    select.setAttribute('aria-label', paramName)
  }
  for (const code of root.querySelectorAll('.microlight:not([tabindex]), .curl:not([tabindex])')) {
    code.tabIndex = 0
  }
}

/** Names fields that have no label, and lets the keyboard scroll code, also in what comes later. */
export const mendFields = (root) => {
  new MutationObserver(() => mend(root)).observe(root, { childList: true, subtree: true })
}
