-- Gives a worker trials of an external study: those that it has already, then those that nobody has, oldest first:
-- queued ones, ones whose lease has run out, enqueued ones for which there is a place. An attempt whose lease has run
-- out lost its worker without a word: that is a crash, unless it was told to pause. In a study that is stopping it ends
-- the trial.
--
-- KEYS     see prelude.lua
-- ARGV[2]  name of the worker
-- ARGV[3]  how many trials it wants
-- ARGV[4]  `all`, or `own` when it wants only those that it has
-- ARGV[5]  the time, ms; ARGV[6] how long a lease is, ms
-- ARGV[7]  crashes at which a trial is failed
-- ARGV[8]  curve key without the trial's number
-- RETURNS  {state of the study, time at which the next lease of somebody else runs out or 0, definition JSON, number,
--          proposal JSON, active JSON, number, ...}
-- REFUSES  study-not-found; not-external
-- EVENTS   trial-resumed; trial-dispatched and trial-started; trial-finished, after which the study may be finished too

if not study_field('state') then return refuse('study-not-found') end
if study_field('trainer') ~= 'external' then return refuse('not-external') end
local worker, wanted, now = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
local lease = { expiresAt = now + tonumber(ARGV[6]), ms = tonumber(ARGV[6]) }
local given, expires = {}, 0

local function give(number, trial)
  for _, part in ipairs({ tostring(number), redis.call('HGET', PROPOSALS, number), cjson.encode(trial) }) do
    table.insert(given, part)
  end
  wanted = wanted - 1
end

local function begin(number, trial)
  begin_attempt(number, trial, worker, ARGV[8] .. number, lease)
  give(number, trial)
end

-- Trials in flight, by number.
local function open_trials()
  local active, found = redis.call('HGETALL', ACTIVE), {}
  for i = 1, #active, 2 do
    table.insert(found, { number = tonumber(active[i]), trial = cjson.decode(active[i + 1]) })
  end
  table.sort(found, function(a, b) return a.number < b.number end)
  return found
end

-- What is left of an attempt whose lease has run out: its trial is for somebody else, unless it has ended.
local function is_for_others(number, trial)
  if trial.state == 'paused' then return true end
  trial.crashes = trial.crashes + 1
  if study_field('state') == 'stopping' then
    cancel_trial(number, trial, true)
  elseif trial.stopRequested then
    cancel_stopped(number, trial, true)
  elseif not fail_if_hopeless(number, trial, ARGV[7]) then
    return true
  end
  settle_study()
  return false
end

local function has_run_out(trial)
  return trial.lease ~= nil and trial.lease.expiresAt < now
end

-- Whether the worker has it at hand, or may go on with it.
local function is_own(trial, state)
  if trial.worker ~= worker then return false end
  return (trial.state == 'running' and state ~= 'stopping') or (trial.state == 'paused' and state == 'running')
end

local others = {}
for _, entry in ipairs(open_trials()) do
  local trial = entry.trial
  if wanted > 0 and is_own(trial, study_field('state')) then
    trial.lease = lease
    if trial.state == 'paused' then set_held(entry.number, trial, 'running') else set_active(entry.number, trial) end
    give(entry.number, trial)
  else
    table.insert(others, entry)
  end
end

local state = study_field('state')
for _, entry in ipairs(others) do
  local number, trial = entry.number, entry.trial
  local runOut = has_run_out(trial)
  if state == 'stopping' then
    if runOut then is_for_others(number, trial) end
  elseif state == 'running' and ARGV[4] == 'all' and wanted > 0 and (runOut or trial.state == 'queued') then
    if not runOut or is_for_others(number, trial) then begin(number, trial) end
  elseif trial.lease and not runOut and (expires == 0 or trial.lease.expiresAt < expires) then
    expires = trial.lease.expiresAt
  end
end
while state == 'running' and ARGV[4] == 'all' and wanted > 0 and waiting() > 0 and free_places() > 0 do
  local number = redis.call('LINDEX', WAITING, 0)
  local trial = cjson.decode(QUEUED)
  set_active(number, trial)
  redis.call('LPOP', WAITING)
  append('trial-dispatched', ',"number":' .. number)
  begin(number, trial)
end
return { study_field('state'), expires, study_field('definition'), unpack(given) }
