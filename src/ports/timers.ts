/** Calls `fire` once after the given milliseconds unless the returned function is called before. */
export type StartTimer = (milliseconds: number, fire: () => void) => () => void
