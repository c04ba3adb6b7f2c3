import { objectivesOf } from '../../src/domain/metric.ts'
import { get } from '../api.ts'
import { formatValue } from '../data/format.ts'
import type { StudyView } from '../data/types.ts'
import { useAnswer } from './use-answer.ts'

interface Recommendation {
  readonly recommended: { readonly trial: number; readonly runs: number; readonly mean: number }
}

/** Of a noisy study: which trial to use, as the best result may be luck. @param epoch asks again when it changes */
export function Recommended({ study, epoch }: { study: StudyView; epoch: string }) {
  const [objective] = objectivesOf(study.metrics)
  const { value } = useAnswer<Recommendation>(
    (signal) => get(`/v1/studies/${study.id}/recommendation`, signal),
    [study.id],
    epoch,
  )
  if (!value) return null
  const { trial, runs, mean } = value.recommended
  return (
    <p>
      Recommended: <a href={`#/studies/${study.id}/trials/${trial}`}>trial {trial}</a>, mean {objective!.name}{' '}
      <strong>{formatValue(mean)}</strong> of {runs} {runs === 1 ? 'run' : 'runs'} of its values
    </p>
  )
}
