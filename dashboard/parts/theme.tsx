import { useState } from 'preact/hooks'

const KEY = 'hone-theme'
const LIGHT = 'light'
const DARK = 'dark'

document.documentElement.dataset.theme = localStorage.getItem(KEY) ?? ''

function current(): string {
  const { theme } = document.documentElement.dataset
  if (theme) return theme
  return matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT
}

/** Dark or light; the system's until somebody chooses. */
export function ThemeButton() {
  const [theme, setTheme] = useState(current)
  const turn = () => {
    const next = theme === DARK ? LIGHT : DARK
    localStorage.setItem(KEY, next)
    document.documentElement.dataset.theme = next
    setTheme(next)
    dispatchEvent(new Event('hone-theme'))
  }
  return (
    <button type="button" class="quiet" onClick={turn}>
      {theme === DARK ? 'Light' : 'Dark'}
    </button>
  )
}
