import { describe, expect, it } from 'vitest'
import { launchService, temporaryFolder } from '../support/launched.ts'
import { ended, printed, run, start } from '../support/python-client.ts'

const STUDY = `{
    "searchSpace": {"parameters": [{"name": "x", "type": "float", "min": 0, "max": 1}]},
    "metrics": [{"name": "loss", "goal": "minimize"}],
    "limits": {"trials": 6},
}`

describe('the Python client, of a study', () => {
  it('trains each trial once, whoever works in one process, and in another on a host of the same name', async () => {
    const { url } = await launchService(temporaryFolder())
    // As in two containers: the same process id.
    const job = `
import threading
os.getpid = lambda: 1
def train(trial):
    print("trained", trial.number, trial.view["worker"][-2:])
    time.sleep(0.3)
    return trial.params["x"]
study = hone.create_study({**${STUDY}, "limits": {"trials": 12}}, key="shared")
calls = [threading.Thread(target=study.optimize, args=(train,), kwargs={"jobs": jobs, "log": None}) for jobs in (1, 2)]
for call in calls: call.start()
for call in calls: call.join()
print(len(hone._taken))
`

    const jobs = await Promise.all([run(url, job), run(url, job)])

    const numbers = jobs.flatMap(({ stdout }) =>
      [...stdout.matchAll(/^trained (\d+)/gm)].map(([, number]) => Number(number)),
    )
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, number) => number))
    expect(jobs.map(({ stdout }) => stdout.trim().split('\n').at(-1))).toEqual(['0', '0'])
  })

  it('asks for no more than so many trials, or for so long, and says that it waits', async () => {
    const { url } = await launchService(temporaryFolder())

    const { stdout, stderr } = await run(
      url,
      `
hone.WAIT_S = 0.5
study = hone.create_study({**${STUDY}, "limits": {"trials": 20, "parallel": 1}})
study.optimize(lambda trial: 1, trials=3, jobs=2)
print(study.get()["trials"]["completed"])
study.post(":pause")
study.optimize(lambda trial: 1, seconds=1.2)
study.post(":resume")
began = time.monotonic()
study.optimize(lambda trial: time.sleep(0.3) or 1, seconds=1, log=None)
print(1 < time.monotonic() - began < 5, study.get()["trials"]["completed"] < 20)
`,
    )

    expect(stderr).toBe('')
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toMatch(new RegExp(`^study st_\\w+ on ${url}: running$`))
    expect(lines[1]).toBe("1 of 2 jobs train at once: the study's limits.parallel")
    expect(lines.filter((line) => line.includes('completed'))).toHaveLength(3)
    expect(lines.slice(-5)).toEqual([
      '3',
      expect.stringMatching(/: paused$/),
      'waiting: the study is paused',
      expect.stringMatching(/^study st_\w+ paused: it may go on$/),
      'True True',
    ])
  })

  it('finds the study of its key at any time, and goes on with it as it is', async () => {
    const { url } = await launchService(temporaryFolder())

    const { stdout, stderr } = await run(
      url,
      `
import concurrent.futures
key = "größer 三"
create = lambda changes={}: hone.create_study({**${STUDY}, **changes}, key=key)
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    studies = list(pool.map(create, [{}, {}, {"limits": {"trials": 7}}]))
study = studies[0]
print(len({study.id for study in studies}), study.get()["tags"])
study.edit(tags=["mine"], limits={"trials": 8})
study.edit(tags=["mine", "key:" + key])
assert create().id == create({"limits": {"trials": 9}}).id == hone.open_study(key=key).id == study.id
study.delete()
again = create()
print(again.id != study.id, again.id == create().id)
again.optimize(lambda trial: trial.params["x"], log=None)
more = again.copy(trials=True, limits={"trials": 8})
more.optimize(lambda trial: trial.params["x"], log=None)
print(len(list(more.trials())), create().id == more.id)
try: hone.open_study(key="other")
except hone.HoneError as error: print(error)
`,
    )

    expect(stdout.trim().split('\n')).toEqual([
      "1 ['key:größer 三']",
      'True True',
      '8 True',
      `There is no study with the key 'other' on ${url}.`,
    ])
    expect(stderr).toMatch(/UserWarning: Study st_\w+ keeps its own limits, other than given here/)
  })

  it('gives what is there as what it is, and trials as rows', async () => {
    const { url } = await launchService(temporaryFolder())

    const { stdout, stderr } = await run(
      url,
      `
study = hone.create_study(${STUDY})
study.add_trial({"x": 0.25}, {"loss": {"value": 2, "standardError": 0.5}}, attributes={"commit": "4be1c0d"})
study.add_trial({"x": 0.5}, state="failed", reason="broken")
print(study.get("export", format="csv").split(",reason")[0])
print(len(study.get("export", format="ndjson").splitlines()))
row, failed = study.rows()
print(row["params.x"], row["metrics.loss"], row["standardErrors.loss"], row["attributes.commit"], row["state"], failed["reason"])
study.add_trial({"x": 0.75})
print(len(list(study.trials(limit=2))), len(list(study.trials())), len(list(study.trials(limit=0))))
first, second = study.ask()[0], study.ask()[0]
print(first.number, second.number, repr(first) == f"<Trial 2 of {study.id}: {{'x': 0.75}}>")
try: study.get("events")
except hone.HoneError as error: print(error)
`,
    )

    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual([
      'number,state,params.x,metrics.loss,standardErrors.loss,attributes.commit',
      '2',
      '0.25 2 0.5 4be1c0d completed broken',
      '2 3 0',
      '2 3 True',
      'Events are not read by this client, for their stream ends with the study.',
    ])
  })

  it('ends at once by Ctrl-C, and leaves its trials to whoever comes with its name', async () => {
    const { url } = await launchService(temporaryFolder())
    const script = (seconds: number) => `
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
def train(trial):
    print("training", trial.number)
    time.sleep(${seconds})
    return trial.params["x"]
hone.create_study(${STUDY}, key="one").optimize(train, jobs=3, worker="mine")
`
    const job = start(url, script(1000))
    await printed(job, 'training 2')
    job.kill('SIGINT')

    const { stderr } = await ended(job)
    const again = await run(url, script(0))

    expect(stderr).toContain('KeyboardInterrupt')
    expect([...again.stdout.matchAll(/^trial (\d) completed/gm)]).toHaveLength(6)
  })
})
