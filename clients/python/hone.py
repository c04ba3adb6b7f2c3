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

HONE_URL and HONE_TOKEN of the environment say where the service is and who asks. Definitions, parameters and answers
are those of the API, as `/docs` of a service describes them.
"""

import functools
import http.client
import inspect
import itertools
import json
import math
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
import uuid
import warnings
from contextlib import contextmanager
from urllib.parse import quote, urlencode, urljoin, urlsplit

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
# The longest that the service takes, and gives.
REASON_MAX, PAGE_MAX = 2000, 1000
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

    `definition` is the body of `POST /v1/studies`; the trainer is `external` unless it says otherwise. Jobs with the
    same `key` share one study: the first creates it, with the tag `key:...`, by which the others find it. `url` and
    `token` are those of the service, HONE_URL and HONE_TOKEN of the environment unless given.
    """
    service = _Service(url, token)
    wanted = {"trainer": {"kind": "external"}, **definition}
    created = service.post("/studies", wanted, _new_key()) if key is None else service.find_or_create(wanted, key)
    return Study(service, created["id"])


def open_study(study_id=None, *, key=None, url=None, token=None):
    """The study of that id, such as `st_...`, or the newest that was created with that key."""
    if not study_id and not key:
        raise TypeError("open_study needs the id of a study, or its key")
    service = _Service(url, token)
    found = service.ask("GET", f"/studies/{quote(study_id, '')}") if study_id else service.find(key)
    if not found:
        raise HoneError(f"There is no study with the key {key!r} on {service.url}.")
    return Study(service, found["id"])


class Study:
    """A study of the service; `create_study` and `open_study` give it."""

    def __init__(self, service, study_id):
        self.id = study_id
        self._service = service
        self._path = f"/studies/{study_id}"

    def __repr__(self):
        return f"<Study {self.id} on {self._service.url}>"

    def optimize(
        self, train, *, trials=None, seconds=None, jobs=1, worker=None, fix=None, lease_s=120, catch=(), log=print
    ):
        """Trains trial after trial until the study is over, together with whoever else does.

        `train(trial)` returns the objective, several in their order, or a dict of metrics: numbers, or
        `{"value": .., "standardError": ..}`. What it raises ends the trial: `Pruned`, `Failed` and `Infeasible` as their
        names say, and all else as failed, which then also ends this call unless it is of the classes in `catch`; what
        the service refuses always does. No number (NaN, infinity) is a failure.

        After so many `trials` of this call, or `seconds`, it begins no further one. `jobs` trainings run at once, each
        in a thread of this process; for processes of their own start the script several times. A job that is started
        again with the same `worker` goes on with the trials it had; those of one that is gone for `lease_s` go to the
        others. `fix` gives values that its trials must have. `log` gets a line about every trial; None: nobody.
        """
        if jobs < 1:
            raise ValueError(f"jobs is how many trainings run at once, 1 or more: not {jobs}")
        if inspect.iscoroutinefunction(train):
            raise TypeError("train is async: give a function, such as `lambda trial: asyncio.run(train(trial))`")
        job = _Job(self, train, trials, seconds, {"fix": fix, "lease_s": lease_s}, catch, log or (lambda line: None))
        job.run(jobs, worker)

    def ask(self, count=1, *, worker=None, fix=None, lease_s=120):
        """Trials to train, for loops of your own: none while there is none to give, None once the study is over.

        What the `worker` of that name has open comes first; without one all are new to you.
        """
        trials, state = self._ask(count, worker, fix, lease_s)
        return None if not trials and state in OVER else trials

    def _ask(self, count, worker, fix, lease_s, wait_s=math.inf):
        times = {"leaseMs": round(lease_s * 1000), "waitMs": round(min(WAIT_S, wait_s) * 1000)}
        wanted = _given({"count": count, "worker": worker, "fix": fix, **times})
        # Who has no name would be given other trials when the answer is lost.
        answer = self._service.post(self._below("trials:ask"), wanted, None if worker else _new_key())
        return [Trial(self, view, lease_s) for view in answer["trials"]], answer["state"]

    def add_trial(self, params, metrics=None, *, state=None, reason=None, attributes=None):
        """Values to try before any proposal; with `metrics`, or `state` and `reason`, what has come of them already."""
        told = {"params": params, "metrics": metrics, "state": state, "reason": reason, "attributes": attributes}
        return self.post("trials", _given(told))

    def wait(self):
        """Waits until the study is over, and returns it: for trainings of Hone's own (`"kind": "mlp"`)."""
        study = self.get()
        while study["state"] not in ENDED:
            study = self.get(waitFor="completed", timeoutMs=WAIT_S * 1000)
        return study

    def best(self):
        """The best trial so far, as a dict."""
        return self.get("best")

    def pareto(self):
        """Of several objectives the best trade-offs so far, each a trial as a dict."""
        return self.get("pareto")["trials"]

    def trials(self, *, limit=None, **query):
        """All trials, one dict after the other; `state="completed"`, `sort="loss"` and other queries of the list."""
        size = min(limit or PAGE_MAX, PAGE_MAX)
        return itertools.islice(self._service.pages(self._below("trials"), limit=size, **query), limit)

    def rows(self, **query):
        """The same as flat dicts, with `params.x`, `metrics.loss` and so on: `pandas.DataFrame(study.rows())`."""
        for trial in self.trials(**query):
            row = {name: value for name, value in trial.items() if not isinstance(value, dict)}
            for name in trial.keys() - row.keys():
                row.update({f"{name}.{part}": value for part, value in trial[name].items()})
            yield row

    def edit(self, **changes):
        """Changes name, tags, or while it runs limits and search space: `edit(limits={"trials": 40})`."""
        return self._service.ask("PATCH", self._path, changes)

    def copy(self, **changes):
        """A study like this; `copy(trials=True, limits={"trials": 40})` goes on from the trials of one that has ended."""
        return Study(self._service, self.post(":copy", changes)["id"])

    def delete(self):
        """Deletes the study and all its trials."""
        self._service.ask("DELETE", self._path)

    def get(self, what="", **query):
        """The study, or what is below it: `get("importance")`, `get("trials/3")`, `get("export", format="csv")`."""
        return self._service.ask("GET", self._below(what) + (f"?{urlencode(query)}" if query else ""))

    def post(self, what, body=None):
        """Posts to what is below it: `post(":pause")`, `post("trials/3:stop")`."""
        return self._service.post(self._below(what), body, _new_key())

    def _below(self, what):
        return self._path + (f"/{quote(what, '/:?=&%')}" if what and not what.startswith(":") else what)


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

    def __repr__(self):
        return f"<Trial {self.number} of {self._study.id}: {self.params}>"

    def report(self, step, metrics=None, **named):
        """Reports what a step came to, by name: `report(3, loss=0.4)`, `report(3, {"top-1": 0.8})`. Steps count from 1.

        Waits while the study is paused. Raises `Pruned` when the trial is given up, `Lost` when it is another worker's
        by now, `Failed` where a value is no number.
        """
        told = {"step": _step(step), "metrics": {**_measured(metrics or {}), **_measured(named)}}
        self._obey(self._post("report", told))

    def check(self):
        """A sign of life without a measurement, which raises `Pruned` too. `optimize` sends others by itself."""
        self._obey(self._post("heartbeat", {}))

    def tell(self, state, metrics=None, reason=None):
        """Ends the trial, in loops of your own.

        `state` is `completed`, with metrics, or `failed`, `infeasible` or `pruned`, with a reason. Raises `Failed` where
        a value is no number. Where its attributes are refused it is told without them, and that raised afterwards.
        """
        measured = None if metrics is None else _measured(metrics)
        told = _given({"state": state, "metrics": measured, "reason": reason})
        try:
            return self._post("tell", _given({**told, "attributes": self.attributes or None}))
        except (HoneError, TypeError, ValueError) as refused:
            if not self.attributes or (isinstance(refused, HoneError) and refused.status is None):
                raise
            self._post("tell", told)
            message = f"Trial {self.number} is told without its attributes: {refused}"
            raise HoneError(message, "without-attributes") from None

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
        path = self._study._below(f"trials/{self.number}:{verb}")
        return self._study._service.post(path, {**body, "token": self._token})


class _Job:
    """One call of `optimize`."""

    def __init__(self, study, train, trials, seconds, asked, catch, log):
        self.study = study
        self.train = train
        # All threads take theirs from here.
        self.turns = itertools.repeat(0) if trials is None else iter(range(trials))
        self.until = math.inf if seconds is None else time.monotonic() + seconds
        self.asked = asked
        self.catch = tuple(catch) if isinstance(catch, (list, tuple)) else (catch,)
        self.log = log
        self.halted = threading.Event()
        self.waiting = None
        self.errors = []

    def run(self, jobs, worker):
        study = self.study.get()
        self.objectives = [metric["name"] for metric in study["metrics"] if "goal" in metric]
        self.log(f"study {study['id']} on {self.study._service.url}: {study['state']}")
        if jobs > study["limits"]["parallel"]:
            self.log(f"{study['limits']['parallel']} of {jobs} jobs train at once: the study's limits.parallel")
        try:
            self.work_together(jobs, worker)
        except KeyboardInterrupt:
            self.halted.set()
            self.log("trials under way go to others when their leases run out, or at once to a worker of the same name")
            raise
        study = self.study.get()
        self.log(f"study {study['id']} {study['state']}: {study.get('endReason', {}).get('message', 'it may go on')}")

    def work_together(self, jobs, worker):
        # Ctrl-C is heard in this thread, and waits for none that is a daemon.
        others = [threading.Thread(target=self.work, args=(worker,), daemon=True) for _ in range(jobs - 1)]
        for thread in others:
            thread.start()
        self.work(worker)
        for thread in others:
            while thread.is_alive():
                thread.join(1)  # Without a time Windows would not hear it.
        if self.errors:
            raise self.errors[0]

    def work(self, worker):
        try:
            with _name_for(worker) as name:
                for _ in self.turns:
                    trial = self.next_trial(name)
                    if trial is None:
                        return
                    self.end(trial)
        except (Exception, SystemExit) as error:
            self.halted.set()
            self.errors.append(error)

    def next_trial(self, worker):
        while not self.halted.is_set() and time.monotonic() < self.until:
            trials, state = self.study._ask(1, worker, wait_s=max(0, self.until - time.monotonic()), **self.asked)
            if trials or state in OVER:
                return trials[0] if trials else None
            if state != self.waiting:
                held = "others have as many as may run, or one that is gone has them until its leases run out"
                self.log("waiting: " + ("the study is paused" if state == "paused" else held))
            self.waiting = state

    def end(self, trial):
        """Trains, and tells what came of it."""
        error = None
        try:
            with trial.held():
                told = {"state": "completed", "metrics": self.metrics(self.train(trial))}
        except _End as end:
            told = {"state": end.state, "reason": str(end) or type(end).__name__}
        except Lost as lost:
            self.log(f"trial {trial.number} lost: {lost}")
            return
        except Exception as broken:
            error, told = broken, _failure(broken)
        self.tell(trial, told)
        if error and (isinstance(error, HoneError) or not isinstance(error, self.catch)):
            raise error

    def tell(self, trial, told):
        try:
            trial.tell(**told)
        except HoneError as refused:
            if refused.code == "without-attributes":
                self.say(trial, **told)
            elif told["state"] == "completed" and refused.status == 422:
                self.tell(trial, _failure(refused))  # It lacks an objective, say.
            raise
        self.say(trial, **told)

    def say(self, trial, state, metrics=None, reason=None):
        values = {name: value["value"] if isinstance(value, dict) else value for name, value in (metrics or {}).items()}
        came_to = reason or ", ".join(f"{name} = {value:.6g}" for name, value in values.items())
        self.log(f"trial {trial.number} {state}: {came_to}")

    def metrics(self, result):
        """What a training has returned, by name."""
        if result is None:
            raise TypeError("train returned None: is a `return` missing?")
        if not isinstance(result, dict):
            values = result if isinstance(result, (tuple, list)) else [result]
            if len(values) != len(self.objectives):
                wanted = ", ".join(self.objectives) + (" in this order" if len(self.objectives) > 1 else "")
                raise TypeError(f"train has to return {wanted}, or a dict of metrics: not {result!r}")
            result = dict(zip(self.objectives, values))
        return _measured(result)


# Neither a process id nor a host name tells containers apart.
_RUN = uuid.uuid4().hex[:6]
_naming = threading.Lock()
_taken = set()


@contextmanager
def _name_for(worker):
    """A name that is nobody's in this process just now; who gets it next goes on with the trials left open under it."""
    base = worker or f"{socket.gethostname()}-{os.getpid()}-{_RUN}"
    with _naming:
        names = itertools.chain([base], (f"{base}-{place}" for place in itertools.count(1)))
        name = next(name for name in names if name not in _taken)
        _taken.add(name)
    try:
        yield name
    finally:
        _taken.remove(name)


def _new_key():
    return str(uuid.uuid4())


def _given(told):
    return {name: value for name, value in told.items() if value is not None}


def _failure(error):
    return {"state": "failed", "reason": f"{type(error).__name__}: {error}"[:REASON_MAX]}


def _step(step):
    try:
        whole = int(step)
    except (TypeError, ValueError, OverflowError):
        whole = 0
    if whole < 1 or whole != step:
        raise ValueError(f"steps come first and count from 1, in whole numbers (epoch + 1): not {step!r}")
    return whole


def _measured(metrics):
    if not isinstance(metrics, dict):
        raise TypeError(f"metrics have names, as in {{'loss': 0.4}}, and come after the step: not {metrics!r}")
    return {name: _estimate(name, value) for name, value in metrics.items()}


def _estimate(name, value):
    if not isinstance(value, dict):
        return _number(name, value)
    return {part: _number(f"{part} of {name}", number) for part, number in value.items()}


def _number(name, value):
    try:
        number = float(value)  # Of NumPy's and PyTorch's scalars too.
    except (TypeError, ValueError):
        raise TypeError(f"{name} has to be a number, not {value!r}") from None
    if not math.isfinite(number):
        raise Failed(f"{name} is {number}")
    return number


def _encoded(body):
    return json.dumps(body, default=_plain, allow_nan=False).encode()


def _plain(value):
    if hasattr(value, "tolist"):
        return value.tolist()  # NumPy's and PyTorch's scalars.
    raise TypeError(f"{value!r} is nothing that JSON has")


def _warn_of_differences(study, wanted):
    names = ("searchSpace", "metrics", "trainer", "sampler", "pruner", "stopping", "limits")
    given = {name: wanted[name] for name in names if wanted.get(name, "default") != "default"}
    others = [name for name, value in given.items() if not _agrees(value, study.get(name))]
    if others:
        message = f"Study {study['id']} keeps its own {', '.join(others)}, other than given here: see Study.edit."
        warnings.warn(message, stacklevel=4)


def _agrees(wanted, there):
    """Whether all that was wanted is there; the service fills in what was left out."""
    if isinstance(wanted, dict) and isinstance(there, dict):
        return all(_agrees(value, there.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(there, list):
        return len(wanted) == len(there) and all(map(_agrees, wanted, there))
    return wanted == there


class _Service:
    def __init__(self, url, token):
        self.url = _checked_url(url or os.environ.get("HONE_URL") or URL)
        self._token = (token or os.environ.get("HONE_TOKEN") or "").strip()
        if not self._token.isprintable() or not self._token.isascii():
            raise HoneError("HONE_TOKEN, or `token`, has letters that no token has.")
        self._proxy = _proxy_for(self.url)
        way = f", by the proxy {self._proxy.rpartition('@')[2]} of the environment" if self._proxy else ""
        self._place = self.url + way
        self._was_reached = False

    def post(self, path, body=None, key=None):
        """`key` goes with what makes something, so that it makes nothing twice when its answer is lost."""
        return self.ask("POST", path, body or {}, key)

    def pages(self, path, **query):
        page = {"nextCursor": None}
        while "nextCursor" in page:
            page = self.ask("GET", f"{path}?{urlencode(_given({**query, 'cursor': page['nextCursor']}))}")
            yield from page["items"]

    def find(self, key):
        """The newest study with that key."""
        return next(self.pages("/studies", tag=f"key:{key}"), None)

    def find_or_create(self, wanted, key):
        tags = [*wanted.get("tags", ()), f"key:{key}"]
        for turn in itertools.count():
            found = self.find(key)
            if found:
                _warn_of_differences(found, json.loads(_encoded(wanted)))
                return found
            # Who comes at the same time has the same Idempotency-Key. That of a study deleted since is used up.
            once = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key} {turn}"))
            try:
                self.post("/studies", {**wanted, "tags": tags}, once)
            except HoneError as refused:
                if refused.code != "idempotency-key-reused":
                    raise
                time.sleep(1)  # With another definition; that of who came first is being created perhaps.

    def ask(self, method, path, body=None, key=None):
        headers = {"accept": "application/json", "user-agent": "hone-python"}
        if body is not None:
            headers["content-type"] = "application/json"
        if key:
            headers["idempotency-key"] = key
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        content = None if body is None else _encoded(body)
        return self._patiently(urllib.request.Request(f"{self.url}/v1{path}", content, headers, method=method))

    def _patiently(self, request):
        give_up = time.monotonic() + (PATIENCE_S if self._was_reached else FIRST_S)
        pause_s = 0.2
        while True:
            try:
                answer = self._answer(request)
                self._was_reached = True
                return answer
            except _Passing as passing:
                if time.monotonic() + pause_s > give_up:
                    raise HoneError(f"No answer from {self._place}: {passing}. Does `npm start` run there?") from None
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 10)

    def _answer(self, request):
        try:
            with _opener(self._proxy).open(request, timeout=TIMEOUT_S) as answer:
                return self._content(answer)
        except urllib.error.HTTPError as error:
            problem = self._problem(error)
            if error.code in PASSING or problem.code == "request-in-progress":
                raise _Passing(problem) from None
            raise problem from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLError) and not isinstance(reason, ssl.SSLEOFError):
                raise HoneError(f"No TLS with {self._place}: {reason}") from None
            raise _Passing(reason) from None

    def _content(self, answer):
        kind = answer.headers.get_content_type()
        if kind == "text/html":
            raise HoneError(f"What answers at {self._place} is not Hone: it sends a page of HTML.", None, answer.status)
        if kind == "text/event-stream":
            raise HoneError("Events are not read by this client, for their stream ends with the study.")
        content = answer.read()
        if kind == "application/json":
            return json.loads(content)
        return content.decode() if kind.startswith("text/") or kind == "application/x-ndjson" else content or None

    def _problem(self, error):
        if 300 <= error.code < 400:
            place = urljoin(self.url, error.headers.get("location", "")).split("/v1/")[0]
            return HoneError(f"{self._place} answers that it is at {place}: set HONE_URL to that.", None, error.code)
        try:
            problem = json.load(error)
            faults = [f"{fault['path']}: {fault['message']}" for fault in problem.get("errors", [])]
            message = "; ".join(faults) or problem["detail"]
            hint = " This client sends that of HONE_TOKEN, or of `token=`." if error.code == 401 else ""
            return HoneError(message + hint, problem["type"].split("/")[-1], error.code)
        except Exception:  # Whatever it is, it is not of Hone.
            message = f"{error.code} {error.reason} from {self._place}, not in the words of Hone"
            return HoneError(message, None, error.code)


class _Passing(Exception):
    """What may be gone in a moment."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST would become a GET, and the token go to wherever it is sent."""

    def redirect_request(self, *_):
        return None


@functools.lru_cache(maxsize=None)
def _opener(proxy):
    proxies = urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {})
    return urllib.request.build_opener(_NoRedirect, proxies)


def _checked_url(given):
    url = given.strip().rstrip("/")
    url = url[:-3] if url.endswith("/v1") else url
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isprintable() or " " in url:
        raise HoneError(f"{given!r} is no address of a service, which is like {URL}: see HONE_URL, or `url`.")
    return url


def _proxy_for(url):
    """That of the environment, but never to this machine itself."""
    parts = urlsplit(url)
    is_near = parts.hostname in ("localhost", "::1") or parts.hostname.startswith("127.")
    if is_near or urllib.request.proxy_bypass(parts.netloc):
        return None
    return urllib.request.getproxies().get(parts.scheme)
