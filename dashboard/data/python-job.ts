import { objectivesOf } from '../../src/domain/metric.ts'
import type { StudyView } from './types.ts'

/** What a job in Python looks like that trains for this study, but for the training. */
export function pythonJob(study: Pick<StudyView, 'id' | 'metrics' | 'searchSpace'>, url: string): string {
  const metrics = objectivesOf(study.metrics).map(({ name }) => `${JSON.stringify(name)}: ...`)
  const params = study.searchSpace.parameters.map(({ name }) => `trial.params[${JSON.stringify(name)}]`)
  return `import hone

study = hone.open_study(${JSON.stringify(study.id)}, url=${JSON.stringify(url)})


def train(trial):
    # ${params.join(', ')}
    return {${metrics.join(', ')}}


study.optimize(train)
`
}
