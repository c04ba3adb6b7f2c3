-- Prepended to every script of this folder.
--
-- KEYS[1..6] study, proposals, active, waiting, outcomes, journal: see keys.ts
-- ARGV[1]    time of the change, RFC 3339
--
-- JSON from outside is opaque: it is stored and spliced as text, since cjson would round its numbers to 14 digits
-- and turn [] into {}. cjson reads and writes the small records of the `active` hash only, made of whole numbers
-- and strings. A script refuses with an error reply before its first write, or does all of its writes.

local STUDY, PROPOSALS, ACTIVE, WAITING, OUTCOMES, JOURNAL = unpack(KEYS, 1, 6)
local NOW = ARGV[1]
local QUEUED = '{"state":"queued","attempt":0,"crashes":0}'

-- The codes are those of domain/errors.ts; error-codes.ts words the messages.
local function refuse(code, detail)
  return redis.error_reply('HONE ' .. code .. ' ' .. (detail or ''))
end

local function study_field(name)
  return redis.call('HGET', STUDY, name)
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

local function revision()
  return redis.call('XLEN', JOURNAL)
end

-- `members`: JSON members after type and at, each with its comma in front. The channel is named like the journal:
-- event-feed.ts.
local function append(type, members)
  local id = string.format('%d-0', revision() + 1)
  redis.call('XADD', JOURNAL, id, 'event', '{"type":"' .. type .. '","at":"' .. NOW .. '"' .. (members or '') .. '}')
  redis.call('PUBLISH', JOURNAL, id)
end

-- The record of a trial in flight, or nil.
local function active_trial(number)
  local record = redis.call('HGET', ACTIVE, number)
  return record and cjson.decode(record) or nil
end

local function set_active(number, trial)
  redis.call('HSET', ACTIVE, number, cjson.encode(trial))
end

-- `outcome`: JSON object; `state`: the one in it. The event tells `crashes` only when this end is itself a crash.
local function finish_trial(number, trial, outcome, state, crashed)
  local last = { attempt = trial.attempt, crashes = trial.crashes, worker = trial.worker,
    startedAt = trial.startedAt, finishedAt = NOW }
  redis.call('HSET', OUTCOMES, number, outcome:sub(1, -2) .. ',' .. cjson.encode(last):sub(2))
  redis.call('HDEL', ACTIVE, number)
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
local function cancel_trial(number, trial, crashed)
  local message = cjson.encode(cjson.decode(study_field('endReason')).message)
  finish_trial(number, trial, '{"state":"canceled","reason":' .. message .. '}', 'canceled', crashed)
end

local function finish_study(state, reason)
  redis.call('HSET', STUDY, 'state', state, 'endReason', reason, 'finishedAt', NOW)
  append('study-finished', ',"state":"' .. state .. '","reason":' .. reason)
end

-- Ends the study if there is nothing more to come. In a stopping study only running trials are in flight.
local function settle_study()
  if in_flight() > 0 then return end
  if study_field('state') == 'stopping' then
    local reason = study_field('endReason')
    local failed = cjson.decode(reason).code == 'proposal-failed'
    finish_study(failed and 'failed' or 'completed', reason)
  elseif waiting() == 0 and budget_left() <= 0 then
    finish_study('completed', '{"code":"budget-used","message":"All ' .. committed() .. ' trials are finished."}')
  end
end
