"""Hone for training jobs in Python 3.8 or later: one file, nothing but the standard library.

    import hone

    study = hone.create_study({
        "searchSpace": {"parameters": [{"name": "x", "type": "float", "min": -5, "max": 5}]},
        "metrics": [{"name": "loss", "goal": "minimize"}],
        "limits": {"trials": 20},
    })

    def train(trial):
        for step in range(1, 6):
            loss = (trial.params["x"] - 1) ** 2 + 1 / step
            trial.report(step, loss=loss)
        return loss

    study.optimize(train)
    print(study.best()["params"])

Definitions, parameters and answers are those of the API, as `/docs` of a service describes them.
"""

import http.client
import json
import math
import os
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

__all__ = ["Failed", "HoneError", "Infeasible", "Lost", "Pruned", "Study", "Trial", "create_study", "open_study"]

URL = "http://127.0.0.1:7400"

# A service that restarts is back within seconds, one that fails over within a minute or two.
PATIENCE_S = 300
# One that was never reached may be starting just now; more likely its address is wrong.
FIRST_S = 10
# Longest that an ask waits for a trial on the service's side; below what proxies allow.
WAIT_S = 20
TIMEOUT_S = WAIT_S + 40
# What the service, or a proxy before it, answers while it cannot and may in a moment.
PASSING = (429, 502, 503, 504)
# How often a training that is paused asks whether to go on.
PAUSE_S = 2
# The longest that the service takes.
REASON_MAX = 2000
# States in which no trial is given out any more, and those that are never left.
OVER = ("stopping", "completed", "failed")
ENDED = ("completed", "failed")


class HoneError(Exception):
    """What the service refused.

    `code` is the last part of the problem's type, such as `invalid-study`, and `status` that of HTTP; both are
    None where no service was reached.
    """

    def __init__(self, message, code=None, status=None):
        super().__init__(message)
        self.code = code
        self.status = status


class _End(Exception):
    state = ""


class Failed(_End):
    """Raise it where a training has broken: the optimizer takes the trial for as bad as the worst."""

    state = "failed"


class Infeasible(_End):
    """Raise it where the values make no sense: such places are avoided from then on."""

    state = "infeasible"


class Pruned(_End):
    """`Trial.report` raises it when the trial is given up. Let it pass."""

    state = "pruned"


class Lost(Exception):
    """`Trial.report` raises it when another worker has the trial, or has ended it: nothing is to be told. Let it pass."""


def create_study(definition, *, key=None, url=None, token=None):
    """Creates a study.

    `definition` is the body of `POST /v1/studies`; the trainer is `external` unless it says otherwise. Jobs that are
    started with the same `key` and definition within a day share one study. `url` and `token` are those of the
    service, HONE_URL and HONE_TOKEN of the environment unless given.
    """
    service = _Service(url, token)
    created = service.post("/studies", {"trainer": {"kind": "external"}, **definition}, key or _new_key())
    return Study(service, created["id"])


def open_study(study_id, *, url=None, token=None):
    """The study of that id, such as `st_...`."""
    study = Study(_Service(url, token), study_id)
    study.get()
    return study


class Study:
    """A study of the service; `create_study` and `open_study` give it."""

    def __init__(self, service, study_id):
        self.id = study_id
        self._service = service
        self._path = f"/studies/{study_id}"

    def optimize(self, train, *, jobs=1, worker=None, fix=None, lease_s=120, catch=(), log=print):
        """Trains trial after trial until the study is over, together with whoever else does.

        `train(trial)` returns the objective, or a dict of metrics: numbers, or `{"value": .., "standardError": ..}`.
        What it raises ends the trial: `Pruned`, `Failed` and `Infeasible` as their names say, and all else as failed,
        which then also ends this call unless it is of the classes in `catch`; what the service refuses always does. No
        number (NaN, infinity) is a failure.

        `jobs` trainings run at once, each in a thread of this process; for processes of their own start the script
        several times. A job that is started again with the same `worker` goes on with the trials it had; those of one
        that is gone for `lease_s` go to the others. `fix` gives values that its trials must have. `log` gets a line
        about every trial; None: nobody.
        """
        objectives = [metric["name"] for metric in self.get()["metrics"] if "goal" in metric]
        worker = worker or f"{socket.gethostname()}-{os.getpid()}"
        job = _Job(self, train, objectives, fix or {}, lease_s, catch, log or (lambda line: None))
        if jobs == 1:
            job.run(worker)
        else:
            job.run_together([f"{worker}-{place}" for place in range(jobs)])
        job.say_why_it_ended()

    def ask(self, count=1, *, worker, fix=None, lease_s=120):
        """Trials to train, for loops of your own: none while there is none to give, None once the study is over."""
        wanted = {
            "count": count,
            "worker": worker,
            "fix": fix or {},
            "leaseMs": lease_s * 1000,
            "waitMs": WAIT_S * 1000,
        }
        answer = self.post("trials:ask", wanted)
        trials = [Trial(self, view, lease_s) for view in answer["trials"]]
        return None if not trials and answer["state"] in OVER else trials

    def add_trial(self, params, metrics=None):
        """Values to try before any proposal; with `metrics` a result that is known already."""
        trial = {"params": params, **({"metrics": metrics} if metrics else {})}
        return self._service.post(self._below("trials"), trial, _new_key())

    def wait(self):
        """Waits until the study is over, and returns it: for trainings of Hone's own (`"kind": "mlp"`)."""
        study = self.get()
        while study["state"] not in ENDED:
            study = self.get(waitFor="completed", timeoutMs=WAIT_S * 1000)
        return study

    def best(self):
        """The best trial so far, as a dict."""
        return self.get("best")

    def trials(self, **query):
        """All trials, one dict after the other; `state="completed"`, `sort="loss"` and other queries of the list."""
        page = {"nextCursor": None}
        while "nextCursor" in page:
            cursor = {"cursor": page["nextCursor"]} if page["nextCursor"] else {}
            page = self.get("trials", limit=1000, **query, **cursor)
            yield from page["items"]

    def get(self, what="", **query):
        """The study, or what is below it: `get("importance")`, `get("recommendation")`, `get("trials/3")`."""
        return self._service.get(self._below(what), **query)

    def post(self, what, body=None):
        """Posts to what is below it: `post(":pause")`, `post("trials/3:stop")`."""
        return self._service.post(self._below(what), body)

    def _below(self, what):
        return self._path + (f"/{what}" if what and not what.startswith(":") else what)


class Trial:
    """Values to train with. `attributes` stay with it: a checkpoint's place, a commit; texts, numbers or flags."""

    def __init__(self, study, view, lease_s):
        self.view = view
        self.number = view["number"]
        self.params = view["params"]
        self.attributes = {}
        self._study = study
        self._lease_s = lease_s
        self._token = view["lease"]["token"]

    def report(self, step, metrics=None, **named):
        """Reports what a step came to, by name: `report(3, loss=0.4)`, `report(3, {"top-1": 0.8})`. Steps count from 1.

        Waits while the study is paused. Raises `Pruned` when the trial is given up, `Lost` when it is another worker's
        by now, `Failed` where a value is no number.
        """
        values = {name: _number(name, value) for name, value in {**(metrics or {}), **named}.items()}
        self._obey(self._post("report", {"step": int(step), "metrics": values}))

    def check(self):
        """A sign of life without a measurement, which raises `Pruned` too. `optimize` sends others by itself."""
        self._obey(self._post("heartbeat", {}))

    def tell(self, state, metrics=None, reason=None):
        """Ends the trial, in loops of your own.

        `state` is `completed`, with metrics, or `failed`, `infeasible` or `pruned`, with a reason.
        """
        attributes = {name: _plain(value) for name, value in self.attributes.items()}
        told = {"state": state, "metrics": metrics, "reason": reason, "attributes": attributes}
        return self._post("tell", {name: value for name, value in told.items() if value})

    @contextmanager
    def held(self):
        """Keeps the lease while something long runs."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(done,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def _beat(self, done):
        while not done.wait(self._lease_s / 4):
            try:
                self._post("heartbeat", {})
            except HoneError:
                pass  # The next one may get through, and the next report says what is wrong.

    def _obey(self, answer):
        while answer["decision"] == "pause":
            time.sleep(PAUSE_S)
            answer = self._post("heartbeat", {})
        if answer["decision"] == "stop":
            # A lease comes with the answer as long as the trial is this worker's.
            raise Pruned(answer["reason"]) if "lease" in answer else Lost(answer["reason"])

    def _post(self, verb, body):
        return self._study.post(f"trials/{self.number}:{verb}", {**body, "token": self._token})


class _Job:
    """One call of `optimize`."""

    def __init__(self, study, train, objectives, fix, lease_s, catch, log):
        self.study = study
        self.train = train
        self.objectives = objectives
        self.asked = {"fix": fix, "lease_s": lease_s}
        self.catch = tuple(catch) if isinstance(catch, (list, tuple)) else (catch,)
        self.log = log
        self.halted = threading.Event()

    def run(self, worker):
        waits = False
        while not self.halted.is_set():
            trials = self.study.ask(worker=worker, **self.asked)
            if trials is None:
                return
            if not trials and not waits:
                self.log("no trial to give just now: other workers have them, or one that is gone has them until its leases run out")
            waits = not trials
            for trial in trials:
                self._end(trial)

    def run_together(self, workers):
        with ThreadPoolExecutor(len(workers)) as pool:
            runs = [pool.submit(self.run, worker) for worker in workers]
            try:
                for run in runs:
                    run.result()
            finally:
                self.halted.set()

    def _end(self, trial):
        try:
            with trial.held():
                metrics = self._metrics(self.train(trial))
            trial.tell("completed", metrics)
            self._say(trial, "completed", ", ".join(f"{name} = {_shown(value)}" for name, value in metrics.items()))
        except _End as end:
            self._give_up(trial, end.state, str(end) or type(end).__name__)
        except Lost as lost:
            self._say(trial, "lost", str(lost))
        except Exception as error:
            self._fail(trial, f"{type(error).__name__}: {error}")
            if isinstance(error, HoneError) or not isinstance(error, self.catch):
                self.halted.set()
                raise

    def _fail(self, trial, reason):
        try:
            self._give_up(trial, "failed", reason)
        except (HoneError, TypeError):
            # It may be an attribute that cannot be told.
            trial.attributes.clear()
            self._give_up(trial, "failed", reason)

    def _metrics(self, result):
        if not isinstance(result, dict):
            if len(self.objectives) != 1:
                raise TypeError(f"The study has several objectives: return a dict of {', '.join(self.objectives)}.")
            result = {self.objectives[0]: result}
        return {name: _measured(name, value) for name, value in result.items()}

    def _give_up(self, trial, state, reason):
        trial.tell(state, reason=reason[:REASON_MAX])
        self._say(trial, state, reason)

    def _say(self, trial, state, more):
        self.log(f"trial {trial.number} {state}: {more}")

    def say_why_it_ended(self):
        study = self.study.get()
        self.log(f"study {self.study.id} {study['state']}: {study['endReason']['message']}")


def _new_key():
    return str(uuid.uuid4())


def _measured(name, value):
    if not isinstance(value, dict):
        return _number(name, value)
    return {part: _number(f"{part} of {name}", number) for part, number in value.items()}


def _number(name, value):
    number = float(value)  # Of NumPy's and PyTorch's scalars too.
    if not math.isfinite(number):
        raise Failed(f"{name} is {number}")
    return number


def _plain(value):
    return value.item() if hasattr(value, "item") else value  # NumPy's and PyTorch's scalars.


def _shown(value):
    return f"{value['value'] if isinstance(value, dict) else value:.6g}"


class _Service:
    def __init__(self, url, token):
        self._url = (url or os.environ.get("HONE_URL") or URL).rstrip("/")
        self._token = token or os.environ.get("HONE_TOKEN")
        self._was_reached = False

    def get(self, path, **query):
        return self._ask("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))

    def post(self, path, body=None, key=None):
        """`key` goes with what makes something, so that it makes nothing twice when its answer is lost."""
        headers = {"content-type": "application/json", **({"idempotency-key": key} if key else {})}
        return self._ask("POST", path, json.dumps(body or {}).encode(), headers)

    def _ask(self, method, path, body=None, headers=None):
        headers = {"accept": "application/json", "user-agent": "hone-python", **(headers or {})}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(f"{self._url}/v1{path}", body, headers, method=method)
        return self._patiently(request)

    def _patiently(self, request):
        give_up = time.monotonic() + (PATIENCE_S if self._was_reached else FIRST_S)
        pause_s = 0.2
        while True:
            try:
                answer = _answer(request)
                self._was_reached = True
                return answer
            except _Passing as passing:
                if time.monotonic() + pause_s > give_up:
                    raise HoneError(f"No answer from {self._url}: {passing}. Does `npm start` run there?") from None
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 10)


class _Passing(Exception):
    """What may be gone in a moment."""


def _answer(request):
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        problem = _problem(error)
        if error.code in PASSING or problem.code == "request-in-progress":
            raise _Passing(problem) from None
        raise problem from None
    except (OSError, http.client.HTTPException) as error:
        raise _Passing(getattr(error, "reason", error)) from None


def _problem(error):
    try:
        problem = json.load(error)
        faults = [f"{fault['path']}: {fault['message']}" for fault in problem.get("errors", [])]
        return HoneError("; ".join(faults) or problem["detail"], problem["type"].split("/")[-1], error.code)
    except (ValueError, KeyError, TypeError):
        return HoneError(f"{error.code} {error.reason}", None, error.code)
