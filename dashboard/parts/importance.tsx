import { get } from '../api.ts'
import { useAnswer } from './use-answer.ts'

interface Importance {
  readonly parameters: readonly {
    readonly parameter: string
    readonly total: number
    readonly firstOrder: number
  }[]
}

/** How much of the differences each parameter has a part in. */
export function ImportanceBars({ study, metric, epoch }: { study: string; metric: string; epoch: string }) {
  const { value, error } = useAnswer<Importance>(
    (signal) => get(`/v1/studies/${study}/importance?metric=${encodeURIComponent(metric)}`, signal),
    [study, metric],
    epoch,
  )
  if (!value) return <p class="empty">{error ? error.message : 'Computing…'}</p>
  return (
    <table class="bars">
      <thead class="visually-hidden">
        <tr>
          <th>Parameter</th>
          <th>Share of all differences</th>
        </tr>
      </thead>
      <tbody>
        {value.parameters.map(({ parameter, total, firstOrder }) => (
          <tr key={parameter}>
            <th scope="row">{parameter}</th>
            <td>
              <div class="track">
                <div class="whole" style={{ width: `${100 * total}%` }} />
                <div class="part" style={{ width: `${100 * Math.min(total, firstOrder)}%` }} />
              </div>
            </td>
            <td class="number">{Math.round(100 * total)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
