/** The platform's fetch, which may be kept and called as the method of any object. */
export const platformFetch: typeof fetch = (input, init) => fetch(input, init)
