import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Launched, launchService, temporaryFolder } from '../support/launched.ts'
import { ended, printed, run, start } from '../support/python-client.ts'

const STUDY = `{
    "searchSpace": {"parameters": [{"name": "x", "type": "float", "min": 0, "max": 1}]},
    "metrics": [{"name": "loss", "goal": "minimize"}, {"name": "size", "role": "store"}],
    "limits": {"trials": 12, "parallel": 4},
    "seed": 7,
}`

interface TrialView {
  readonly number: number
  readonly state: string
  readonly attempt: number
  readonly reason?: string
  readonly metrics?: Record<string, number>
  readonly standardErrors?: Record<string, number>
  readonly attributes?: Record<string, unknown>
  readonly curve?: Record<string, readonly number[]>
}

async function api<Answer>(url: string, path: string, method = 'GET'): Promise<Answer> {
  const answer = await fetch(`${url}/v1/studies${path}`, { method })
  expect(answer.ok).toBe(true)
  return (await answer.json()) as Answer
}

/** The trials of the only study there is. */
async function trialsAt(url: string): Promise<readonly TrialView[]> {
  const { items } = await api<{ items: { id: string }[] }>(url, '')
  return (await api<{ items: TrialView[] }>(url, `/${items[0]!.id}/trials?sort=number`)).items
}

describe('the Python client', () => {
  it('is served by the service itself, with its address', async () => {
    const { url } = await launchService(temporaryFolder())

    const served = await fetch(`${url}/hone.py`)
    const { stdout } = await run(
      '',
      `exec(${JSON.stringify(await served.text())})\nprint(create_study(${STUDY}))`,
    )

    expect(served.headers.get('content-type')).toContain('text/x-python')
    expect(stdout).toMatch(new RegExp(`^<Study st_\\w+ on ${url}>\n$`))
  })

  it('ends each trial as the training did', async () => {
    const { url } = await launchService(temporaryFolder())

    const { code, stdout, stderr } = await run(
      url,
      `
def train(trial):
    trial.attributes["commit"] = "4be1c0d"
    number = trial.number
    if number == 0: return 0.5
    if number == 1: return {"loss": {"value": 0.25, "standardError": 0.125}, "size": 3}
    if number == 2: raise hone.Infeasible("no such kernel")
    if number == 3: raise hone.Failed("out of memory")
    if number == 4: return float("nan")
    if number == 5: trial.report(1, loss=float("inf"))
    if number == 6: raise MemoryError("all of it")
    if number == 7: raise hone.Infeasible()
    trial.report(1, {"loss": 0.75})
    trial.check()
    return 0.75

study = hone.create_study(${STUDY})
study.optimize(train, catch=MemoryError)
print(study.best()["number"], len(list(study.trials(state="completed"))))
`,
    )

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('trial 1 completed: loss = 0.25, size = 3\n')
    expect(stdout).toContain('trial 3 failed: out of memory\n')
    expect(stdout).toMatch(/study st_\w+ completed: .*12/)
    expect(stdout.trim().split('\n').at(-1)).toBe('1 6')
    const trials = await trialsAt(url)
    expect(trials).toHaveLength(12)
    expect(trials.map(({ state, reason }) => [state, reason])).toEqual([
      ['completed', undefined],
      ['completed', undefined],
      ['infeasible', 'no such kernel'],
      ['failed', 'out of memory'],
      ['failed', 'loss is nan'],
      ['failed', 'loss is inf'],
      ['failed', 'MemoryError: all of it'],
      ['infeasible', 'Infeasible'],
      ...Array.from({ length: 4 }, () => ['completed', undefined]),
    ])
    expect(trials[1]).toMatchObject({ metrics: { loss: 0.25, size: 3 }, standardErrors: { loss: 0.125 } })
    for (const trial of trials) expect(trial.attributes).toEqual({ commit: '4be1c0d' })
  })

  it('tells of a training that broke, and raises what it raised', async () => {
    const { url } = await launchService(temporaryFolder())

    const { code, stderr } = await run(
      url,
      `
def train(trial):
    raise KeyError("learning_rate")
hone.create_study(${STUDY}).optimize(train)
`,
    )

    expect(code).toBe(1)
    expect(stderr).toContain("KeyError: 'learning_rate'")
    expect(await trialsAt(url)).toMatchObject([{ state: 'failed', reason: "KeyError: 'learning_rate'" }])
  })

  it('tells numbers of other libraries, in whatever it sends', async () => {
    const { url } = await launchService(temporaryFolder())

    const { code, stdout, stderr } = await run(
      url,
      `
class Scalar:
    def __init__(self, value): self.value = value
    def __float__(self): return float(self.value)
    def __int__(self): return int(self.value)
    def __eq__(self, other): return self.value == other
    def tolist(self): return self.value
def train(trial):
    trial.attributes["seed"] = Scalar(3)
    trial.report(Scalar(1), loss=Scalar(0.5))
    return {"loss": {"value": Scalar(0.25), "standardError": Scalar(0.5)}}
study = hone.create_study({**${STUDY}, "limits": {"trials": Scalar(4)}})
study.add_trial({"x": Scalar(0.5)}, {"loss": Scalar(0.75)})
study.optimize(train, trials=1, fix={"x": Scalar(0.25)}, log=None)
[trial] = study.ask(worker="mine")
try: trial.tell("completed", {"loss": Scalar(float("nan"))})
except hone.Failed as error: print(error)
trial.tell("completed", {"loss": Scalar(0.125)})
`,
    )

    expect([code, stderr, stdout]).toEqual([0, '', 'loss is nan\n'])
    expect(await trialsAt(url)).toMatchObject([
      { params: { x: 0.5 }, metrics: { loss: 0.75 } },
      {
        params: { x: 0.25 },
        metrics: { loss: 0.25 },
        attributes: { seed: 3 },
        standardErrors: { loss: 0.5 },
      },
      { metrics: { loss: 0.125 } },
    ])
  })

  it('keeps the result of a training whose attribute cannot be told', async () => {
    const { url } = await launchService(temporaryFolder())

    const { stdout } = await run(
      url,
      `
values = [None, [1], "x" * 1001, 10 ** 400, float("nan"), hone]
def train(trial):
    trial.attributes["checkpoint"] = values[trial.number]
    if trial.number == 1: raise hone.Pruned("enough")
    return 0.25
study = hone.create_study(${STUDY})
for _ in values:
    try: study.optimize(train)
    except hone.HoneError as error: print(error)
`,
    )

    const lines = stdout.trim().split('\n')
    expect(lines[1]).toBe('trial 0 completed: loss = 0.25')
    const without = lines.filter((line) => line.includes('is told without its attributes: '))
    expect(without).toEqual([
      expect.stringMatching(/attributes.checkpoint: must be text .*, not null$/),
      expect.stringMatching(/attributes.checkpoint: must be text .*, not a list$/),
      expect.stringMatching(/attributes.checkpoint: must have at most 1000 letters$/),
      expect.stringMatching(/attributes.checkpoint: must be text .*, not Infinity$/),
      expect.stringMatching(/not JSON compliant/),
      expect.stringMatching(/is nothing that JSON has$/),
    ])
    const trials = await trialsAt(url)
    expect(trials.map(({ state, metrics }) => [state, metrics?.loss])).toEqual(
      trials.map(({ number }) => (number === 1 ? ['pruned', undefined] : ['completed', 0.25])),
    )
  })

  it('says what to do about what beginners write', async () => {
    const { url } = await launchService(temporaryFolder())

    const { stdout } = await run(
      url,
      `
import asyncio
study = hone.create_study({**${STUDY}, "limits": {}})
both = hone.create_study({**${STUDY}, "metrics": [{"name": "loss", "goal": "minimize"}, {"name": "size", "goal": "minimize"}]})
def refused(call):
    try: call()
    except (hone.HoneError, TypeError, ValueError) as error: print(error)
def training(train, study=study): refused(lambda: study.optimize(train, trials=1, log=None))
async def later(trial): return 1
training(lambda trial: None)
training(later)
training(lambda trial: (1, 2))
training(lambda trial: 1, both)
training(lambda trial: "good")
training(lambda trial: trial.report(0.4, 3))
training(lambda trial: trial.report(3, 0.4))
training(lambda trial: trial.report(0, loss=1))
training(lambda trial: trial.report(5.5, loss=1))
refused(lambda: study.optimize(later, jobs=0))
refused(lambda: study.add_trial({"x": 0.5}, {}))
refused(lambda: hone.open_study())
both.optimize(lambda trial: (1, [2.5]) if trial.number > 2 else (trial.params["x"], 2), trials=2, log=None)
print([trial["metrics"] for trial in both.pareto()][0]["size"])
print(study, both.ask()[0].number)
`,
    )

    expect(stdout.trim().split('\n')).toEqual([
      'train returned None: is a `return` missing?',
      'train is async: give a function, such as `lambda trial: asyncio.run(train(trial))`',
      'train has to return loss, or a dict of metrics: not (1, 2)',
      'train has to return loss, size in this order, or a dict of metrics: not 1',
      "loss has to be a number, not 'good'",
      'steps come first and count from 1, in whole numbers (epoch + 1): not 0.4',
      "metrics have names, as in {'loss': 0.4}, and come after the step: not 0.4",
      'steps come first and count from 1, in whole numbers (epoch + 1): not 0',
      'steps come first and count from 1, in whole numbers (epoch + 1): not 5.5',
      'jobs is how many trainings run at once, 1 or more: not 0',
      expect.stringMatching(/^metrics.loss: is missing/),
      'open_study needs the id of a study, or its key',
      '2',
      expect.stringMatching(/^<Study st_\w+ on http:\S+> 3$/),
    ])
  })

  it('drops a trial that another worker has taken over, and leaves it to that one', async () => {
    const { url } = await launchService(temporaryFolder())
    // Frozen for longer than its lease, as a laptop that sleeps.
    const script = (worker: string, steps: number) => `
def train(trial):
    print("trial", trial.number)
    for step in range(1, ${steps} if trial.number == 0 else 2):
        trial.report(step, loss=1)
        time.sleep(0.05)
    return 0.5
hone.create_study(${STUDY.replace('"parallel": 4', '"parallel": 1').replace('"trials": 12', '"trials": 1')}, key="one").optimize(train, worker="${worker}", lease_s=1)
`
    const frozen = start(url, script('frozen', 1000))
    await printed(frozen, 'trial 0')
    frozen.kill('SIGSTOP')
    const other = start(url, script('other', 60))
    await printed(other, 'trial 0')
    frozen.kill('SIGCONT')

    const [dropped, done] = await Promise.all([ended(frozen), ended(other)])

    expect(dropped.stdout).toContain('trial 0 lost: ')
    expect(done.stdout).toContain('trial 0 completed: loss = 0.5')
    expect(await trialsAt(url)).toMatchObject([{ state: 'completed', attempt: 2 }])
  })

  it('refuses what the service refuses, in its words', async () => {
    const { url } = await launchService(temporaryFolder())

    const { code, stdout } = await run(
      url,
      `
def refused(call):
    try: call()
    except (hone.HoneError, TypeError) as error: print(error, getattr(error, "code", ""), getattr(error, "status", ""))

refused(lambda: hone.open_study("st_2222222222222222"))
study = hone.create_study(${STUDY})
refused(lambda: study.add_trial({"x": 5}))
refused(lambda: study.optimize(lambda trial: {"size": 1}, log=None))
hone.FIRST_S = 0.5
refused(lambda: hone.open_study("st_2222222222222222", url="http://127.0.0.1:1"))
`,
    )

    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toEqual([
      'There is no study st_2222222222222222. study-not-found 404',
      'params.x: must be from 0 to 1 invalid-params 422',
      expect.stringMatching(/^metrics.loss: .* invalid-request 422$/),
      'No answer from http://127.0.0.1:1: [Errno 111] Connection refused. Does `npm start` run there? None None',
    ])
    expect(await trialsAt(url)).toMatchObject([{ state: 'failed' }])
  })

  it('shares one study between jobs that give the same key, each trial trained once', async () => {
    const { url } = await launchService(temporaryFolder())
    const script = `
study = hone.create_study(${STUDY}, key="sweep")
study.optimize(lambda trial: trial.params["x"], jobs=2, log=print)
`

    const jobs = await Promise.all([run(url, script), run(url, script)])

    expect(jobs.map(({ code }) => code)).toEqual([0, 0])
    const numbers = jobs.flatMap(({ stdout }) =>
      [...stdout.matchAll(/^trial (\d+) completed/gm)].map(([, number]) => Number(number)),
    )
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, number) => number))
    expect((await trialsAt(url)).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(
      Array(12).fill('completed 1'),
    )
  })

  it('goes on with its trial when it is killed and started again', async () => {
    const { url } = await launchService(temporaryFolder())
    const script = `
def train(trial):
    print(trial.number)
    time.sleep(2 if trial.number == 0 else 0)
    return trial.params["x"]
hone.create_study(${STUDY}, key="one").optimize(train, worker="mine", log=None)
print("over")
`
    const first = start(url, script)
    await printed(first, '0')
    first.kill('SIGKILL')

    const { stdout } = await run(url, script)

    expect(stdout.trim().split('\n')).toEqual([...Array.from({ length: 12 }, (_, n) => `${n}`), 'over'])
    expect((await trialsAt(url)).map(({ attempt }) => attempt)).toEqual(Array(12).fill(1))
  })

  it('keeps the lease of what takes longer than it', async () => {
    const { url } = await launchService(temporaryFolder())

    // The other thread would be given the trial, were its lease to run out.
    await run(
      url,
      `
def train(trial):
    time.sleep(3 if trial.number == 0 else 0)
    return trial.params["x"]
hone.create_study(${STUDY}).optimize(train, jobs=2, lease_s=1)
`,
    )

    expect((await trialsAt(url)).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(
      Array(12).fill('completed 1'),
    )
  })

  it('gives a trial up when it is asked to, and waits while the study is paused', async () => {
    const { url } = await launchService(temporaryFolder())
    const job = start(
      url,
      `
hone.PAUSE_S = 0.05
def train(trial):
    print("trial", trial.number)
    for step in range(1, 100000 if trial.number < 2 else 2):
        trial.report(step, loss=1)
        time.sleep(0.02)
    return 1
study = hone.create_study(${STUDY})
print(study.id)
study.optimize(train, log=print)
print("over")
`,
    )
    const [id] = await printed(job, 'trial 0')
    await api(url, `/${id}:pause`, 'POST')
    const steps = async () => (await api<TrialView>(url, `/${id}/trials/0`)).curve!.step!.length
    const stepsIn = async (ms: number) => {
      const before = await steps()
      await delay(ms)
      return (await steps()) - before
    }
    await expect.poll(() => stepsIn(200)).toBe(0)
    const held = await steps()
    await api(url, `/${id}:resume`, 'POST')
    await expect.poll(steps).toBeGreaterThan(held)
    await api(url, `/${id}/trials/0:stop`, 'POST')
    await printed(job, 'trial 1')
    await api(url, `/${id}/trials/1:stop`, 'POST')
    await printed(job, 'over')

    const trials = await trialsAt(url)
    expect(trials.slice(0, 2)).toMatchObject([
      { state: 'pruned', reason: 'Somebody asked that this trial be given up.', metrics: { loss: 1 } },
      { state: 'pruned' },
    ])
    expect(trials.slice(2).map(({ state }) => state)).toEqual(Array(10).fill('completed'))
  })

  it('waits for a service that is killed and comes back', async () => {
    const dataDir = temporaryFolder()
    const service: Launched & { url: string } = await launchService(dataDir)
    const job = start(
      service.url,
      `
def train(trial):
    print("trial", trial.number)
    for step in range(1, 11):
        trial.report(step, loss=trial.params["x"] + 1 / step)
        time.sleep(0.02)
    return trial.params["x"]
hone.create_study(${STUDY}).optimize(train, log=None)
print("over")
`,
    )
    await printed(job, 'trial 3')
    process.kill(service.pid, 'SIGKILL')
    const again = await launchService(dataDir, new URL(service.url).port)
    await printed(job, 'over')

    const trials = await trialsAt(again.url)
    expect(trials.map(({ state }) => state)).toEqual(Array(12).fill('completed'))
  })
})
