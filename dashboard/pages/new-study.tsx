import { useState } from 'preact/hooks'
import { post } from '../api.ts'
import { EXAMPLES } from '../data/examples.ts'
import type { StudyView } from '../data/types.ts'
import { Problem } from '../parts/problem.tsx'

const NAMES = Object.keys(EXAMPLES)
const textOf = (name: string) => JSON.stringify(EXAMPLES[name], null, 2)

/** A study as JSON, begun from an example. */
export function NewStudyPage() {
  const [text, setText] = useState(textOf(NAMES[0]!))
  const [error, setError] = useState<Error>()
  const [isSending, setSending] = useState(false)
  const create = async (event: Event) => {
    event.preventDefault()
    setSending(true)
    try {
      JSON.parse(text)
      const { id } = await post<StudyView>('/v1/studies', text)
      location.hash = `#/studies/${id}`
    } catch (caught) {
      setError(caught as Error)
      setSending(false)
    }
  }
  return (
    <form class="card" onSubmit={create}>
      <h1>New study</h1>
      <label>
        Example
        <select onChange={(event) => setText(textOf(event.currentTarget.value))}>
          {NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Study, in JSON (<a href="/docs">all fields</a>)
        <textarea
          rows={18}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Problem error={error} />
      <button type="submit" disabled={isSending}>
        Create and start
      </button>
    </form>
  )
}
