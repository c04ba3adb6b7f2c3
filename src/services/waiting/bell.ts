/** Remembers that it was rung, for one who looks now and then and otherwise waits. */
export interface Bell {
  ring(): void
  /** Whether it rings before `timeoutMs` are over or `signal` aborts; at once if it has rung since the last call. */
  rung(timeoutMs: number, signal: AbortSignal): Promise<boolean>
}

export function createBell(): Bell {
  let hasRung = false
  let wake = () => {}
  return {
    ring: () => {
      hasRung = true
      wake()
    },
    rung: async (timeoutMs, signal) => {
      if (!hasRung && !signal.aborted) await pause(timeoutMs, signal, (resume) => (wake = resume))
      wake = () => {}
      const answer = hasRung
      hasRung = false
      return answer
    },
  }
}

function pause(timeoutMs: number, signal: AbortSignal, expose: (resume: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const resume = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', resume)
      resolve()
    }
    const timer = setTimeout(resume, timeoutMs)
    signal.addEventListener('abort', resume)
    expose(resume)
  })
}
