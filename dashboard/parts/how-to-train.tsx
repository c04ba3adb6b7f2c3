import { pythonJob } from '../data/python-job.ts'
import type { StudyView } from '../data/types.ts'

/** For a study that waits for its first worker. */
export function HowToTrain({ study }: { study: StudyView }) {
  const { origin } = location
  return (
    <section class="card wide" aria-label="How to train">
      <h2>Nobody trains yet</h2>
      <p>
        Ask for trials over HTTP (<a href="/docs">the API</a>), or in Python:
      </p>
      <pre tabindex={0}>{`curl -O ${origin}/hone.py`}</pre>
      <pre tabindex={0}>{pythonJob(study, origin)}</pre>
    </section>
  )
}
