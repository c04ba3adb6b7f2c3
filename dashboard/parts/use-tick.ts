import { useEffect, useState } from 'preact/hooks'

/** Counts up as long as the page is seen. */
export function useTick(everyMs: number): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setTick((n) => n + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return tick
}
