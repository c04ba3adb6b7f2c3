import { get } from '../api.ts'
import { useAnswer } from './use-answer.ts'

interface Advice {
  readonly advice: 'stop' | 'continue'
  readonly reason: string
}
interface Diagnostics {
  readonly diagnostics: readonly {
    readonly code: string
    readonly severity: string
    readonly message: string
  }[]
}

/** Whether to go on, and what somebody who knows tuning would say. @param epoch asks again when it changes */
export function Hints({ study, epoch }: { study: string; epoch: string }) {
  const advice = useAnswer<Advice>(
    (signal) => get(`/v1/studies/${study}/stopping-advice`, signal),
    [study],
    epoch,
  ).value
  const { value } = useAnswer<Diagnostics>(
    (signal) => get(`/v1/studies/${study}/diagnostics`, signal),
    [study],
    epoch,
  )
  const hints = value?.diagnostics ?? []
  if (!advice && hints.length === 0) return null
  return (
    <section class="card" aria-label="Hints">
      <h2>Hints</h2>
      <ul class="hints">
        {advice && (
          <li>
            <strong>{advice.advice === 'stop' ? 'Enough' : 'Go on'}.</strong> {advice.reason}
          </li>
        )}
        {hints.map(({ code, severity, message }) => (
          <li key={code + message} class={severity}>
            {message}
          </li>
        ))}
      </ul>
    </section>
  )
}
