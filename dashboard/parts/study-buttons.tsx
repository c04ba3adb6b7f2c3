import { useEffect, useState } from 'preact/hooks'
import { LEGAL_MOVES } from '../../src/domain/study.ts'
import { getBlob, post, remove } from '../api.ts'
import type { StudyView } from '../data/types.ts'
import { Problem } from './problem.tsx'

interface StudyButtonsProps {
  readonly study: StudyView
  readonly isLive: boolean
  readonly onChange: () => void
}

/** What may be done with a study in its state. */
export function StudyButtons({ study, isLive, onChange }: StudyButtonsProps) {
  const [error, setError] = useState<Error>()
  // What was told of a service that is back, or of another state, says nothing any more.
  useEffect(() => setError(undefined), [study.state, isLive])
  const attempt = (work: () => Promise<unknown>) => async () => {
    setError(undefined)
    await work().then(onChange, setError)
  }
  const deleteStudy = async () => {
    if (!confirm(`Delete ${study.name} and all its trials? This cannot be undone.`)) return
    await remove(`/v1/studies/${study.id}`).then(() => {
      location.hash = '#/'
    }, setError)
  }
  const path = `/v1/studies/${study.id}`
  return (
    <div class="actions">
      {Object.entries(LEGAL_MOVES).map(
        ([verb, { from }]) =>
          from.includes(study.state) && (
            // One button that turns, and so keeps the focus.
            <button
              key={verb === 'resume' ? 'pause' : verb}
              type="button"
              class="quiet"
              onClick={attempt(() => post(`${path}:${verb}`))}
            >
              {verb}
            </button>
          ),
      )}
      <a class="button quiet" href={`#/studies/${study.id}/copy`}>
        copy
      </a>
      <button
        type="button"
        class="quiet"
        onClick={attempt(() => download(`${path}/export?format=csv`, `${study.id}.csv`))}
      >
        CSV
      </button>
      {study.trainer.kind === 'mlp' && study.bestTrial !== undefined && (
        <button
          type="button"
          class="quiet"
          onClick={attempt(() => download(`${path}/best/model`, `${study.id}.onnx`))}
        >
          ONNX
        </button>
      )}
      <button type="button" class="quiet danger" onClick={deleteStudy}>
        delete
      </button>
      <Problem error={error} />
    </div>
  )
}

/** By way of a request of our own: a link could not send the token. */
async function download(path: string, name: string): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await getBlob(path))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
