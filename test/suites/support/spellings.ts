const last = (path: string, by: string): string => path.replace(/\/(?=[^/]*$)/, by)
const percent = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`
const fullWidth = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)

/** Ways to write a path that proxies, runtimes and routers have taken for the path itself. */
export const spellings: Readonly<Record<string, (path: string) => string>> = {
  'a slash at its end': (path) => `${path}/`,
  'two slashes at its start': (path) => `/${path}`,
  'two slashes inside': (path) => last(path, '//'),
  'a dot segment': (path) => `/.${path}`,
  'a dot segment at its end': (path) => `${path}/.`,
  'a way out and back': (path) => path.replace(/^\/[^/]+/, '$&/..$&'),
  'a way through a public path': (path) => `/health/live/../..${path}`,
  'a way with encoded dots': (path) => `/health/%2e%2E${path}`,
  'a way through files with encoded slashes': (path) => `/assets/..%2f..${path}`,
  'an encoded slash': (path) => last(path, '%2f'),
  'a slash encoded twice': (path) => last(path, '%252F'),
  'an overlong slash': (path) => last(path, '%c0%af'),
  'a full-width slash': (path) => last(path, '\uff0f'),
  'a backslash': (path) => last(path, '\\'),
  'an encoded backslash': (path) => last(path, '%5c'),
  'encoded letters': (path) => path.replaceAll(/(?<=\/)[a-z]/g, percent),
  'letters encoded twice': (path) => path.replaceAll(/(?<=\/)[a-z]/g, (x) => `%25${percent(x)}`),
  'full-width letters': (path) => path.replaceAll(/(?<=\/)[a-z]/g, fullWidth),
  'upper case': (path) => path.toUpperCase(),
  'mixed case': (path) => path.replaceAll(/(?<=\/)[a-z]/g, (x) => x.toUpperCase()),
  'a null byte': (path) => `${path}%00`,
  'a parameter at its end': (path) => `${path};a=b`,
  'a parameter inside': (path) => last(path, ';a=b/'),
  'an extension': (path) => `${path}.json`,
  'a tab': (path) => last(path, '/\t'),
  'an encoded tab and a space': (path) => `${path}%09%20`,
  'an encoded line break': (path) => `${path}%0d%0aX-User-Id:%201`,
  'an encoded question mark': (path) => `${path}%3f`,
  'a fragment': (path) => `${path}#/health/live`,
  'a method in its query': (path) => `${path}?_method=GET&X-HTTP-Method-Override=GET`,
}

/** Headers that name another path than the request does. */
export const renaming = (path: string): Record<string, string> => ({
  'x-original-url': path,
  'x-rewrite-url': path,
  'x-original-uri': path,
  'x-forwarded-uri': path,
})

/** Headers that name another method than the request does. */
export const overriding = (method: string): Record<string, string> => ({
  'x-http-method-override': method,
  'x-http-method': method,
  'x-method-override': method,
})

/** Sets of headers by which a stranger pretends: to be where, what or who it is not. */
export const disguises = (userId: string): readonly Readonly<Record<string, string>>[] => [
  renaming('/health/live'),
  overriding('OPTIONS'),
  { 'x-forwarded-prefix': '/health/live/..', 'x-forwarded-path': '/health/live' },
  { 'x-forwarded-host': 'localhost', 'x-forwarded-proto': 'https', 'x-host': 'localhost' },
  {
    'x-user-id': userId,
    'x-authenticated-user': userId,
    'x-remote-user': userId,
    'x-role': 'admin',
  },
  {
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'true-client-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1;host=localhost;proto=https',
  },
  // Next.js took the first for a request of its own (CVE-2025-29927).
  { 'x-middleware-subrequest': 'middleware', 'x-internal': 'true', 'x-dev-token': userId },
]
