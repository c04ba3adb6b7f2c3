/** Does one piece of work at a time for each name, in the order of their coming. */
export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work)
    // Whoever comes next waits for the end of this, and not for its success.
    const end = turn.then(
      () => {},
      () => {},
    )
    last.set(name, end)
    void end.then(() => last.get(name) === end && last.delete(name))
    return turn
  }
}
