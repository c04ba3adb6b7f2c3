import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { setToken, whenTroubled, whenUnauthorized } from './api.ts'
import { ComparePage } from './pages/compare.tsx'
import { CopyStudyPage } from './pages/copy-study.tsx'
import { NewStudyPage } from './pages/new-study.tsx'
import { StudiesPage } from './pages/studies.tsx'
import { StudyPage } from './pages/study.tsx'
import { TrialPage } from './pages/trial.tsx'
import { ThemeButton } from './parts/theme.tsx'
import { TokenForm } from './parts/token-form.tsx'

function App() {
  const [hash, setHash] = useState(location.hash)
  const [needsToken, setNeedsToken] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const [visit, setVisit] = useState(0)
  useEffect(() => {
    const follow = () => {
      setHash(location.hash)
      scrollTo(0, 0)
    }
    addEventListener('hashchange', follow)
    whenUnauthorized(() => setNeedsToken(true))
    whenTroubled(setTrouble)
    return () => removeEventListener('hashchange', follow)
  }, [])
  const enter = (token: string) => {
    setToken(token)
    setNeedsToken(false)
    setVisit((n) => n + 1)
  }
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')!.focus()}>
        To the content
      </button>
      <header>
        <a class="brand" href="#/">
          <img src="/dashboard/icon.svg" alt="" width="24" height="24" /> Hone
        </a>
        <nav aria-label="Main">
          <a href="#/">Studies</a>
          <a href="#/new">New study</a>
          <a href="/docs">API</a>
        </nav>
        <ThemeButton />
      </header>
      {trouble && (
        <div class="problem" role="alert">
          {trouble} Trying again.
        </div>
      )}
      <main id="main" tabIndex={-1} key={visit}>
        {needsToken ? <TokenForm onToken={enter} /> : <Route hash={hash.split('?')[0]!} />}
      </main>
    </>
  )
}

function Route({ hash }: { hash: string }) {
  const [, study, number] = /^#\/studies\/([^/]+)(?:\/trials\/(\d+))?$/.exec(hash) ?? []
  // Not by its number: the links to the next one keep the focus.
  if (study && number) return <TrialPage key={study} study={study} number={Number(number)} />
  if (study) return <StudyPage key={study} id={study} />
  const compared = /^#\/compare\/([^/]+)$/.exec(hash)?.[1]
  if (compared) return <ComparePage key={hash} ids={compared.split(',')} />
  const copied = /^#\/studies\/([^/]+)\/copy$/.exec(hash)?.[1]
  if (copied) return <CopyStudyPage key={hash} id={copied} />
  if (hash === '#/new') return <NewStudyPage />
  return <StudiesPage />
}

render(<App />, document.getElementById('app')!)
