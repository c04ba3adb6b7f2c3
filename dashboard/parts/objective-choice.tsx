import type { Objective } from '../../src/domain/metric.ts'

interface ObjectiveChoiceProps {
  readonly label: string
  readonly objectives: readonly Objective[]
  readonly objective: Objective
  readonly onChoose: (name: string) => void
}

/** Which of several objectives pictures are about. */
export function ObjectiveChoice({ label, objectives, objective, onChoose }: ObjectiveChoiceProps) {
  if (objectives.length < 2) return null
  return (
    <label class="bar wide">
      {label}
      <select value={objective.name} onChange={(event) => onChoose(event.currentTarget.value)}>
        {objectives.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
