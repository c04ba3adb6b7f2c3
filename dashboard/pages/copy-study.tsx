import { useState } from 'preact/hooks'
import { get } from '../api.ts'
import { copyOf } from '../data/copy.ts'
import type { StudyView } from '../data/types.ts'
import { Problem } from '../parts/problem.tsx'
import { StudyForm } from '../parts/study-form.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useTitle } from '../parts/use-title.ts'

/** A study like another: what shall be otherwise is edited. */
export function CopyStudyPage({ id }: { id: string }) {
  const { value: study, error } = useAnswer<StudyView>((signal) => get(`/v1/studies/${id}`, signal), [id])
  useTitle(study ? `Copy of ${study.name}` : 'Copy')
  const [edited, setEdited] = useState<string>()
  if (!study) return error ? <Problem error={error} /> : <p class="empty">Loading…</p>
  return (
    <section class="card">
      <h1>Copy of {study.name}</h1>
      <StudyForm
        path={`/v1/studies/${id}:copy`}
        text={edited ?? JSON.stringify(copyOf(study), null, 2)}
        onText={setEdited}
        label={
          <span>
            What shall be otherwise, in JSON (<a href="/docs">all fields</a>); with trials, those that have
            ended come along
          </span>
        }
        button="Create the copy"
      />
    </section>
  )
}
