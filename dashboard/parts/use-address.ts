import { useState } from 'preact/hooks'

/** What a page shows, kept behind the `?` of its address: whoever comes back finds it as it was. */
export function useAddress(): [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const [text, setText] = useState(() => location.hash.split('?')[1] ?? '')
  const change = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(text)
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value)
      else next.delete(name)
    }
    const query = next.toString()
    setText(query)
    history.replaceState(null, '', location.hash.split('?')[0] + (query && `?${query}`))
  }
  return [new URLSearchParams(text), change]
}
