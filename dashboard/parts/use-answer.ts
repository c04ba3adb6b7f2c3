import { useEffect, useRef, useState } from 'preact/hooks'

export interface Answer<Value> {
  readonly value?: Value
  readonly error?: Error
}

/**
 * What `ask` comes to. What there was stays meanwhile.
 *
 * @param inputs asked anew when they change, and what is under way for others is given up.
 * @param epoch asked once more when it changes, but only after what is under way: of a fast study nothing would arrive.
 */
export function useAnswer<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  inputs: readonly unknown[],
  epoch?: unknown,
): Answer<Value> {
  const [answer, setAnswer] = useState<Answer<Value>>({})
  const latest = useRef({ ask, epoch })
  latest.current = { ask, epoch }
  const again = useRef(() => {})
  useEffect(() => {
    const abort = new AbortController()
    let isUnderWay = false
    let asked: unknown
    const run = async () => {
      if (isUnderWay) return
      isUnderWay = true
      do {
        asked = latest.current.epoch
        const next = await settle(latest.current.ask(abort.signal))
        if (!abort.signal.aborted) setAnswer((before) => ('value' in next ? next : { ...before, ...next }))
      } while (!abort.signal.aborted && asked !== latest.current.epoch)
      isUnderWay = false
    }
    again.current = () => void (asked !== latest.current.epoch && run())
    void run()
    return () => abort.abort()
  }, inputs)
  useEffect(() => again.current(), [epoch])
  return answer
}

async function settle<Value>(asked: Promise<Value>): Promise<{ value: Value } | { error: Error }> {
  try {
    return { value: await asked }
  } catch (error) {
    return { error: error as Error }
  }
}
