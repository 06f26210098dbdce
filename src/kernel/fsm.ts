/** A state machine as data: for each action, the states it starts from and the one it leads to. */
export type Transitions<State extends string, Action extends string> = Readonly<
  Record<Action, { readonly from: readonly State[]; readonly to: State }>
>

/** The state after the action, or undefined when the table does not allow it. */
export function nextState<State extends string, Action extends string>(
  table: Transitions<State, Action>,
  state: State,
  action: Action,
): State | undefined {
  const transition = table[action]
  return transition.from.includes(state) ? transition.to : undefined
}
