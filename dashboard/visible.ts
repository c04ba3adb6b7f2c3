/** Settles once the page can be seen. */
export async function whenVisible(): Promise<void> {
  while (document.hidden) await nextChange()
}

/** Aborts when the page is hidden. */
export function untilHidden(): AbortSignal {
  const abort = new AbortController()
  void nextChange().then(() => abort.abort())
  return abort.signal
}

function nextChange(): Promise<void> {
  return new Promise((resolve) =>
    document.addEventListener('visibilitychange', () => resolve(), { once: true }),
  )
}
