-- Prepended to every script of this folder.
--
-- KEYS[1..8] study, proposals, active, waiting, outcomes, journal, layouts, checkpoints: see keys.ts
-- ARGV[1]    time of the change, ms
--
-- JSON from outside is opaque: it is stored and spliced as text, since cjson would round its numbers to 14 digits
-- and turn [] into {}. cjson writes the small records of the `active` hash only, made of whole numbers and strings, and
-- reads these and what around_texts says. A script refuses with an error reply before its first write, or does all of
-- its writes.

local STUDY, PROPOSALS, ACTIVE, WAITING, OUTCOMES, JOURNAL, LAYOUTS, CHECKPOINTS = unpack(KEYS, 1, 8)
local NOW = ARGV[1]
local QUEUED = '{"state":"queued","attempt":0,"crashes":0}'

-- The codes are those of domain/errors.ts; error-codes.ts words the messages.
local function refuse(code, detail)
  return redis.error_reply('HONE ' .. code .. ' ' .. (detail or ''))
end

local function study_field(name)
  return redis.call('HGET', STUDY, name)
end

-- What a record has beside the texts of users. A half of a surrogate, which JSON.stringify escapes, cjson would refuse.
local function around_texts(json)
  return cjson.decode((string.gsub(json, '\\u[dD][89a-fA-F]%x%x', '\\u0000')))
end

-- Whether `state` is in a JSON list of states.
local function is_one_of(state, states)
  for _, other in ipairs(cjson.decode(states)) do
    if other == state then return true end
  end
  return false
end

local function committed()
  return redis.call('HLEN', PROPOSALS)
end

local function in_flight()
  return redis.call('HLEN', ACTIVE)
end

local function waiting()
  return redis.call('LLEN', WAITING)
end

local function budget_left()
  return tonumber(study_field('trials')) - committed()
end

local function free_places()
  return tonumber(study_field('parallel')) - in_flight()
end

-- Free places, and no more than leave `most` trials in flight; `most` is empty for no such bound.
local function places_for(most)
  local free = free_places()
  return most == '' and free or math.min(free, tonumber(most) - in_flight())
end

-- Of the last event, which never leaves the journal: archive-block.lua.
local last_revision
local function revision()
  if not last_revision then
    local last = redis.call('XREVRANGE', JOURNAL, '+', '-', 'COUNT', 1)[1]
    last_revision = last and tonumber(string.match(last[1], '^%d+')) or 0
  end
  return last_revision
end

-- Whether what was decided at a revision holds for the present search space.
local function is_of_this_space(known)
  return tonumber(known) >= tonumber(study_field('spaceRevision') or 0)
end

-- The id tells revision and time. The channel is named like the journal: event-feed.ts.
local function append_entry(text)
  local id = string.format('%d-%s', revision() + 1, NOW)
  redis.call('XADD', JOURNAL, id, 'event', text)
  last_revision = last_revision + 1
  redis.call('PUBLISH', JOURNAL, id)
end

-- `members`: JSON members after the type, each with its comma in front.
local function append(type, members)
  append_entry('{"type":"' .. type .. '"' .. (members or '') .. '}')
end

-- The record of a trial in flight, or nil.
local function active_trial(number)
  local record = redis.call('HGET', ACTIVE, number)
  return record and cjson.decode(record) or nil
end

local function set_active(number, trial)
  redis.call('HSET', ACTIVE, number, cjson.encode(trial))
end

-- A trial of an external study and whether it is open. An enqueued one that waits has no attempt yet.
local function leased_trial(number)
  local outcome = redis.call('HGET', OUTCOMES, number)
  if outcome then return around_texts(outcome), false end
  return active_trial(number) or cjson.decode(QUEUED), true
end

-- The attempt that a call speaks for. Without a lease's token, which is 0, only the first attempt of a trial that has
-- had no other; nil when the trial has had no such attempt.
local function leased_attempt(claimed, trial)
  local attempt = tonumber(claimed)
  if attempt == 0 then attempt = trial.attempt == 1 and 1 or nil end
  return attempt and attempt <= trial.attempt and attempt or nil
end

-- Begins the next attempt at a trial in flight. `curve`: its key; `lease`: when and how long, ms, where a lease and no
-- queue watches the worker; `resumed`: whether it goes on where the last one was left, and so with its reports.
local function begin_attempt(number, trial, worker, curve, lease, resumed)
  trial.state, trial.attempt, trial.worker, trial.startedAt = 'running', trial.attempt + 1, worker, tonumber(NOW)
  trial.lease = lease
  if not resumed then
    local bytes = redis.call('STRLEN', curve)
    trial.curveFrom = bytes > 0 and bytes or nil
    trial.step = nil
  end
  set_active(number, trial)
  local from = resumed and ',"resumedFrom":' .. string.format('%d', trial.step or 0) or ''
  append('trial-started', ',"number":' .. number .. ',"attempt":' .. trial.attempt .. ',"crashes":' .. trial.crashes
    .. ',"worker":' .. cjson.encode(worker) .. from)
end

-- Has an attempt pause, or run again.
local function set_held(number, trial, state)
  trial.state = state
  set_active(number, trial)
  local event = state == 'paused' and 'trial-paused' or 'trial-resumed'
  append(event, ',"number":' .. number .. ',"attempt":' .. trial.attempt)
end

-- A whole number in base `base`, the lowest digit first, each a byte from `zero` on; `base` more says that more follow.
local function varint(value, base, zero)
  local digits = ''
  while value >= base do
    digits, value = digits .. string.char(zero + base + value % base), math.floor(value / base)
  end
  return digits .. string.char(zero + value)
end

-- Of seven bits, for curves.
local function bytes_of(value)
  return varint(value, 128, 0)
end

-- Of five bits, from '0' to 'o', for the journal, which is text.
local function text_of(value)
  return varint(value, 32, 48)
end

-- The number that a list of metric names goes by in this study's curves.
local function layout_of(names)
  local layout = redis.call('HGET', LAYOUTS, names)
  if layout then return tonumber(layout) end
  layout = redis.call('HLEN', LAYOUTS)
  redis.call('HSET', LAYOUTS, names, layout)
  return layout
end

-- Stores the reports whose steps are new, and the rest of the record. ARGV[first] is the step of the first one,
-- ARGV[first + 1] the names of its metrics, ARGV[first + 2] their values, and so on, steps ascending: curve.ts. The
-- values are in the curve alone; the journal says which of its bytes are new, and the curve only grows.
local function store_reports(number, trial, curve, first)
  local reports = {}
  for i = first, #ARGV, 3 do
    local step = tonumber(ARGV[i])
    if step > (trial.step or 0) then
      trial.step = step
      table.insert(reports, bytes_of(step) .. bytes_of(layout_of(ARGV[i + 1])) .. ARGV[i + 2])
    end
  end
  set_active(number, trial)
  if #reports == 0 then return end
  local bytes = table.concat(reports)
  local from = redis.call('APPEND', curve, bytes) - #bytes
  append_entry(text_of(tonumber(number)) .. text_of(trial.attempt) .. text_of(from) .. text_of(#bytes))
end

-- A string that grew by appending holds up to as much room again.
local function trim_curve(trial, curve)
  if trial.step then redis.call('SET', curve, redis.call('GET', curve)) end
end

-- `outcome`: JSON object; `state`: the one in it. The event tells `crashes` only when this end is itself a crash.
-- `told`: the attempt that told it, where one did.
local function finish_trial(number, trial, outcome, state, crashed, told)
  local last = { attempt = trial.attempt, crashes = trial.crashes, worker = trial.worker,
    startedAt = trial.startedAt, finishedAt = tonumber(NOW), told = told, curveFrom = trial.curveFrom }
  redis.call('HSET', OUTCOMES, number, outcome:sub(1, -2) .. ',' .. cjson.encode(last):sub(2))
  redis.call('HDEL', ACTIVE, number)
  redis.call('HDEL', CHECKPOINTS, number)
  redis.call('HINCRBY', STUDY, state, 1)
  local crashes = crashed and ',"crashes":' .. trial.crashes or ''
  append('trial-finished', ',"number":' .. number .. ',"outcome":' .. outcome .. crashes)
end

-- Whether the end of a trial left room that somebody must be told of: a study that was full has one place now, and one
-- with more free places has been told of or has trials waiting for a worker, whose starts will tell (start-trial.lua).
local function wants_refill()
  if study_field('state') ~= 'running' or (budget_left() <= 0 and waiting() == 0) then return false end
  return free_places() == 1 or in_flight() == 0
end

-- Cancels a trial of a study that is stopping, for the reason of the stop.
local cancellation
local function cancel_trial(number, trial, crashed)
  cancellation = cancellation
    or '{"state":"canceled","reason":' .. cjson.encode(around_texts(study_field('endReason')).message) .. '}'
  finish_trial(number, trial, cancellation, 'canceled', crashed)
end

local function cancel_stopped(number, trial, crashed)
  finish_trial(number, trial, '{"state":"canceled","reason":"The trial was stopped."}', 'canceled', crashed)
end

-- Fails a trial that has lost its worker once more, when that was once too often.
local function fail_if_hopeless(number, trial, most)
  if trial.crashes < tonumber(most) then return false end
  local reason = 'It ended ' .. trial.crashes .. (trial.crashes == 1 and ' worker' or ' workers') .. ' without a word.'
  finish_trial(number, trial, '{"state":"failed","reason":"' .. reason .. '"}', 'failed', true)
  return true
end

-- Remembers a trial that is better than the best. `score`: smaller is better, as a decimal; empty for none.
local function keep_best(number, score)
  local best = study_field('bestValue')
  if score == '' or (best and tonumber(score) >= tonumber(best)) then return end
  redis.call('HSET', STUDY, 'bestTrial', number, 'bestValue', score)
end

local function finish_study(state, reason)
  redis.call('HSET', STUDY, 'state', state, 'endReason', reason, 'finishedAt', NOW)
  append('study-finished', ',"state":"' .. state .. '","reason":' .. reason)
end

-- Ends the study if there is nothing more to come.
local function settle_study()
  if in_flight() > 0 or waiting() > 0 then return end
  if study_field('state') == 'stopping' then
    local reason = study_field('endReason')
    local failed = around_texts(reason).code == 'proposal-failed'
    finish_study(failed and 'failed' or 'completed', reason)
  elseif budget_left() <= 0 then
    finish_study('completed', '{"code":"budget-used","message":"All ' .. committed() .. ' trials are finished."}')
  end
end
