import { useEffect, useState } from 'preact/hooks'

export interface Answer<Value> {
  readonly value?: Value
  readonly error?: Error
}

/** What `ask` comes to; asked again when `inputs` change. What there was stays meanwhile. */
export function useAnswer<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  inputs: readonly unknown[],
): Answer<Value> {
  const [answer, setAnswer] = useState<Answer<Value>>({})
  useEffect(() => {
    const abort = new AbortController()
    ask(abort.signal).then(
      (value) => !abort.signal.aborted && setAnswer({ value }),
      (error: Error) => !abort.signal.aborted && setAnswer((before) => ({ ...before, error })),
    )
    return () => abort.abort()
  }, inputs)
  return answer
}
