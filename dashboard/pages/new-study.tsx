import { useState } from 'preact/hooks'
import { EXAMPLES } from '../data/examples.ts'
import { StudyForm } from '../parts/study-form.tsx'
import { useTitle } from '../parts/use-title.ts'

const NAMES = Object.keys(EXAMPLES)
const textOf = (name: string) => JSON.stringify(EXAMPLES[name], null, 2)

/** A study as JSON, begun from an example. */
export function NewStudyPage() {
  useTitle('New study')
  const [text, setText] = useState(textOf(NAMES[0]!))
  return (
    <section class="card">
      <h1>New study</h1>
      <label>
        Example
        <select onChange={(event) => setText(textOf(event.currentTarget.value))}>
          {NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <StudyForm
        path="/v1/studies"
        text={text}
        onText={setText}
        label={
          <span>
            Study, in JSON (<a href="/docs">all fields</a>)
          </span>
        }
        button="Create and start"
      />
    </section>
  )
}
