import { useState } from 'preact/hooks'
import { post } from '../api.ts'
import type { StudyView } from '../data/types.ts'
import { Problem } from './problem.tsx'

interface StudyFormProps {
  /** Where the text is posted to. */
  readonly path: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly label: preact.ComponentChildren
  readonly button: string
}

/** JSON that makes a study, which is then shown. */
export function StudyForm({ path, text, onText, label, button }: StudyFormProps) {
  const [error, setError] = useState<Error>()
  const [isSending, setSending] = useState(false)
  const create = async (event: Event) => {
    event.preventDefault()
    setSending(true)
    setError(undefined)
    try {
      JSON.parse(text)
      const { id } = await post<StudyView>(path, text)
      location.hash = `#/studies/${id}`
    } catch (caught) {
      setError(caught as Error)
      setSending(false)
    }
  }
  return (
    <form onSubmit={create}>
      <label>
        {label}
        <textarea
          rows={18}
          spellcheck={false}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </label>
      <Problem error={error} />
      <button type="submit" disabled={isSending}>
        {button}
      </button>
    </form>
  )
}
