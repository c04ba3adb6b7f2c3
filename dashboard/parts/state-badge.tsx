/** A state in words and a colour. */
export function StateBadge({ state }: { state: string }) {
  return <span class={`badge ${state}`}>{state}</span>
}
