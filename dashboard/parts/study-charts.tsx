import { useMemo, useState } from 'preact/hooks'
import { objectivesOf } from '../../src/domain/metric.ts'
import { HistoryChart } from '../charts/history-chart.tsx'
import { ParallelChart } from '../charts/parallel-chart.tsx'
import { ParetoChart } from '../charts/pareto-chart.tsx'
import { SliceChart } from '../charts/slice-chart.tsx'
import { isOfUse } from '../data/history.ts'
import type { TrialTable } from '../data/trial-table.ts'
import type { StudyView } from '../data/types.ts'
import { Card } from './card.tsx'
import { Hints } from './hints.tsx'
import { ImportanceBars } from './importance.tsx'
import { LearningCurves } from './learning-curves.tsx'
import { ObjectiveChoice } from './objective-choice.tsx'

interface StudyChartsProps {
  readonly study: StudyView
  readonly table: TrialTable
  readonly isLoaded: boolean
  readonly epoch: string
}

/** A study as pictures. */
export function StudyCharts({ study, table: { rows, live }, isLoaded, epoch }: StudyChartsProps) {
  const { id, metrics, bestTrial: best } = study
  const objectives = useMemo(() => objectivesOf(metrics), [metrics])
  const useful = useMemo(() => rows.filter((row) => isOfUse(row, metrics)), [rows, metrics])
  const [chosen, setChosen] = useState<string>()
  const objective = objectives.find(({ name }) => name === chosen) ?? objectives[0]!
  const { parameters } = study.searchSpace
  return (
    <div class="grid">
      {objectives.length > 1 && (
        <Card title={`Trade-offs: ${objectives[0]!.name} and ${objectives[1]!.name}`}>
          <ParetoChart rows={rows} objectives={objectives} metrics={metrics} study={id} />
        </Card>
      )}
      {objectives.map((one) => (
        <Card key={one.name} title={`${one.name}, best so far`}>
          <HistoryChart rows={rows} objective={one} metrics={metrics} study={id} />
        </Card>
      ))}
      <ObjectiveChoice label="What follows is about" {...{ objectives, objective }} onChoose={setChosen} />
      <Card title="Importance">
        {isLoaded && <ImportanceBars study={id} metric={objective.name} epoch={epoch} />}
      </Card>
      <Card title="Learning curves">
        {isLoaded && (
          <LearningCurves study={id} rows={useful} live={live} objective={objective} epoch={epoch} />
        )}
      </Card>
      {parameters.length > 1 && (
        <Card title={`All parameters, the bluer the better ${objective.name}`} isWide>
          <ParallelChart rows={useful} parameters={parameters} objective={objective} study={id} />
        </Card>
      )}
      {isLoaded && <Hints study={id} epoch={epoch} />}
      {parameters.map((parameter) => (
        <Card key={parameter.name} title={parameter.name}>
          <SliceChart {...{ rows, parameter, objective, metrics, best }} study={id} />
        </Card>
      ))}
    </div>
  )
}
