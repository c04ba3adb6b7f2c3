import { afterEach, expect, it, vi } from 'vitest'
import { followEvents } from '../../../dashboard/api.ts'

afterEach(() => vi.unstubAllGlobals())

it('follows events only while the page is seen, and takes them up again behind the last', async () => {
  const page = Object.assign(new EventTarget(), { hidden: false })
  const show = (isSeen: boolean) => {
    page.hidden = !isSeen
    page.dispatchEvent(new Event('visibilitychange'))
  }
  const asked: { path: string; signal: AbortSignal }[] = []
  vi.stubGlobal('document', page)
  vi.stubGlobal('sessionStorage', { getItem: () => null })
  vi.stubGlobal('fetch', async (path: string, { signal }: { signal: AbortSignal }) => {
    asked.push({ path, signal })
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('event: e\ndata: {"revision":7}\n\n'))
        signal.addEventListener('abort', () => controller.error(signal.reason))
      },
    })
    return new Response(body)
  })
  const abort = new AbortController()
  const seen = vi.fn()
  const following = followEvents('s', 3, seen, abort.signal)

  await vi.waitFor(() => expect(seen).toHaveBeenCalledOnce())
  show(false)
  await vi.waitFor(() => expect(asked[0]!.signal.aborted).toBe(true))
  await new Promise((resolve) => setTimeout(resolve, 2100))
  expect(asked).toHaveLength(1)
  show(true)
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(asked.map(({ path }) => path.split('?')[1])).toEqual(['after=3', 'after=7'])
  abort.abort()
  await following
})
