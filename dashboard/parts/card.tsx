interface CardProps {
  readonly title: string
  readonly isWide?: boolean
  readonly children: preact.ComponentChildren
}

/** A part of a page under its title. */
export function Card({ title, isWide, children }: CardProps) {
  return (
    <section class={isWide ? 'card wide' : 'card'} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
