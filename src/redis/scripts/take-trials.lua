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

local state = study_field('state')
local of_worker = '"worker":' .. cjson.encode(worker)

-- Whether the worker has it at hand, or may go on with it.
local function is_own(record)
  if not string.find(record, of_worker, 1, true) then return false end
  if string.find(record, '"state":"running"', 1, true) then return state ~= 'stopping' end
  return state == 'running' and string.find(record, '"state":"paused"', 1, true)
end

local function expiry_of(record)
  local _, last = string.find(record, '"expiresAt":', 1, true)
  return last and tonumber(string.match(record, '^%d+', last + 1))
end

local function note_expiry(expiresAt)
  if expiresAt and expiresAt >= now and (expires == 0 or expiresAt < expires) then expires = expiresAt end
end

-- What is in flight, by its text: a study may have thousands of trials at hand, most of them no concern of who asks,
-- and to decode all would take longer than all else. Within a name these fields would have their quotes escaped.
local own, others = {}, {}
local active = redis.call('HGETALL', ACTIVE)
for i = 1, #active, 2 do
  local record = active[i + 1]
  local expiresAt = expiry_of(record)
  local list = nil
  if is_own(record) then
    list = own
  elseif (expiresAt and expiresAt < now) or string.find(record, '"state":"queued"', 1, true) then
    list = others
  else
    note_expiry(expiresAt)
  end
  if list then table.insert(list, { number = tonumber(active[i]), record = record, expiresAt = expiresAt }) end
end
local function by_number(a, b) return a.number < b.number end
table.sort(own, by_number)
table.sort(others, by_number)

for _, entry in ipairs(own) do
  if wanted > 0 then
    local trial = cjson.decode(entry.record)
    trial.lease = lease
    if trial.state == 'paused' then set_held(entry.number, trial, 'running') else set_active(entry.number, trial) end
    give(entry.number, trial)
  else
    note_expiry(entry.expiresAt)
  end
end

for _, entry in ipairs(others) do
  local number, trial = entry.number, cjson.decode(entry.record)
  local runOut = entry.expiresAt and entry.expiresAt < now
  if state == 'stopping' then
    if runOut then is_for_others(number, trial) end
  elseif state == 'running' and ARGV[4] == 'all' and wanted > 0 then
    if not runOut or is_for_others(number, trial) then begin(number, trial) end
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
