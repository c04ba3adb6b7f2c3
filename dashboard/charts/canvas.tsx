import { useEffect, useRef, useState } from 'preact/hooks'

/** A name of `app.css`, without its dashes. */
export type Color =
  | 'text'
  | 'card'
  | 'good'
  | 'bad'
  | 'muted'
  | 'line'
  | 'accent'
  | 'best'
  | 'warn'
  | `line-${1 | 2 | 3 | 4 | 5 | 6}`

/** A drawing area in CSS pixels, and the page's colours. */
export interface Surface {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly color: (name: Color) => string
}

interface CanvasProps {
  /** For those who cannot see it. */
  readonly label: string
  readonly height: number
  readonly draw: (surface: Surface) => void
  /** What draw depends on. */
  readonly inputs: readonly unknown[]
  /** What is told of the place under the pointer, and where a click leads. */
  readonly pick?: (x: number, y: number, surface: { width: number; height: number }) => Picked | undefined
}

export interface Picked {
  readonly text: string
  readonly href?: string
}

/** A picture that is drawn again when its data, its size or the theme change, at most once a frame. */
export function Canvas({ label, height, draw, inputs, pick }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [theme, setTheme] = useState(0)
  const [picked, setPicked] = useState<Picked & { x: number; y: number }>()

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(canvas.current!.parentElement!)
    const repaint = () => setTheme((n) => n + 1)
    addEventListener('hone-theme', repaint)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', repaint)
    return () => {
      observer.disconnect()
      removeEventListener('hone-theme', repaint)
      dark.removeEventListener('change', repaint)
    }
  }, [])

  useEffect(() => {
    if (width === 0) return
    const frame = requestAnimationFrame(() => {
      // It may have left the page since.
      if (canvas.current) paint(canvas.current, width, height, draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [width, height, theme, ...inputs])

  const at = (event: MouseEvent) => {
    const { left, top } = canvas.current!.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    const found = pick?.(x, y, { width, height })
    return found && { ...found, x, y }
  }
  // A finger shows what is there, and opens it when it comes again.
  const open = (event: MouseEvent) => {
    const found = at(event)
    if (found?.href && found.href === picked?.href) location.hash = found.href
    else setPicked(found)
  }
  return (
    <div class="canvas" style={{ height: `${height}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        class={picked?.href ? 'pickable' : ''}
        onPointerMove={(event) => setPicked(at(event))}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPicked(undefined)}
        onClick={open}
      />
      {picked && (
        <div
          class="tip"
          style={{ left: `${Math.min(picked.x + 12, width - 170)}px`, top: `${picked.y + 12}px` }}
        >
          {picked.text}
        </div>
      )}
    </div>
  )
}

function paint(canvas: HTMLCanvasElement, width: number, height: number, draw: CanvasProps['draw']): void {
  const ratio = devicePixelRatio || 1
  canvas.width = width * ratio
  canvas.height = height * ratio
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')!
  context.scale(ratio, ratio)
  context.font = '12px system-ui, sans-serif'
  const style = getComputedStyle(canvas)
  draw({ context, width, height, color: (name) => style.getPropertyValue(`--${name}`).trim() })
}
