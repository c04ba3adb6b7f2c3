import { useState } from 'preact/hooks'
import { Problem } from './problem.tsx'

/** Asks for a token, which is forgotten with the tab. */
export function TokenForm({ onToken }: { onToken: (token: string) => void }) {
  const [token, setToken] = useState('')
  const [error, setError] = useState<Error>()
  const submit = (event: Event) => {
    event.preventDefault()
    if (!/^[!-~]*$/.test(token.trim()))
      setError(new Error('No token has such letters: is it all of what was printed, and no more?'))
    else if (token.trim()) onToken(token.trim())
  }
  return (
    <form class="card narrow" onSubmit={submit}>
      <h1>A token, please</h1>
      <p>
        This service asks everybody for one. <code>npm run token -- create --scope write</code> prints it. It
        stays in this tab only.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <Problem error={error} />
      <button type="submit">Go on</button>
    </form>
  )
}
