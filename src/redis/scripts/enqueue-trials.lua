-- Commits trials that the user asked for, all or none. One waits for a place, unless its result came with it.
--
-- KEYS     see prelude.lua; KEYS[9], if the request may come again: hash of the trials that such requests have enqueued
-- ARGV[2]  how long KEYS[9] is kept, ms
-- ARGV[3]  token of the request in KEYS[9]
-- ARGV[4]  revision at which the trials were found to be of the search space; empty for none
-- ARGV[5..] of each trial four: parameter values, JSON; when it has ended elsewhere its outcome, JSON, and the state in
--          it, otherwise empty; score of the outcome, smaller is better, as a decimal, empty when it has none
-- RETURNS  {definition JSON, of each trial {number, proposal JSON, outcome JSON or nothing}}, or nothing when the search
--          space has become another one since
-- REFUSES  study-not-found; illegal-move <state>; budget-used <limits.trials> <trials left>
-- EVENTS   trial-enqueued, unless it was before; with a result trial-finished, after which the study may be finished too

local FIRST_ARG = 5
local count = (#ARGV - FIRST_ARG + 1) / 4

-- Whoever sends a request again sends the same trials, and their numbers follow one another.
local function answer(first)
  local trials = {}
  for number = first, first + count - 1 do
    table.insert(trials, { number, redis.call('HGET', PROPOSALS, number), redis.call('HGET', OUTCOMES, number) })
  end
  return { study_field('definition'), trials }
end

local function enqueue(params, outcome, outcome_state, score)
  local number = committed()
  local sampler = outcome == '' and 'enqueued' or 'imported'
  local origin = '{"sampler":"' .. sampler .. '","version":1,"phase":"enqueued","revision":' .. revision() .. '}'
  local members = '"params":' .. params .. ',"origin":' .. origin
  redis.call('HSET', PROPOSALS, number, '{' .. members .. ',"queuedAt":' .. NOW .. '}')
  append('trial-enqueued', ',"number":' .. number .. ',' .. members)
  if outcome == '' then return redis.call('RPUSH', WAITING, number) end
  finish_trial(number, cjson.decode(QUEUED), outcome, outcome_state)
  keep_best(number, score)
end

local state = study_field('state')
if not state then return refuse('study-not-found') end
local before = KEYS[9] and redis.call('HGET', KEYS[9], ARGV[3])
if before then return answer(tonumber(before)) end
if state ~= 'running' and state ~= 'paused' then return refuse('illegal-move', state) end
if ARGV[4] ~= '' and not is_of_this_space(ARGV[4]) then return false end
if budget_left() < count then return refuse('budget-used', study_field('trials') .. ' ' .. math.max(budget_left(), 0)) end

local first = committed()
for i = FIRST_ARG, #ARGV, 4 do enqueue(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
if KEYS[9] then
  redis.call('HSET', KEYS[9], ARGV[3], first)
  redis.call('PEXPIRE', KEYS[9], ARGV[2])
end
settle_study()
return answer(first)
