import { ApiProblem } from '../api.ts'

/** What went wrong, with each place that the API names. */
export function Problem({ error }: { error: Error | undefined }) {
  if (!error) return null
  const faults = error instanceof ApiProblem ? error.errors : []
  return (
    <div class="problem" role="alert">
      {error.message}
      {faults.length > 1 && (
        <ul>
          {faults.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
