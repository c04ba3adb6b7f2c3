-- Starts an attempt at a trial in flight. A trial that is running already lost its worker without a word: that is
-- a crash. Too many of them fail the trial, so that one that kills its worker does not kill all of them for ever.
--
-- KEYS     see prelude.lua; KEYS[9] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  name of the worker
-- ARGV[4]  crashes at which the trial is failed
-- RETURNS  {'started', definition JSON, proposal JSON, active JSON, revision for a hint that further trials are wanted, or
--          0; 1 when there is a checkpoint to go on from, or 0}; {'gone'}; {'held'}
-- EVENTS   trial-started; or trial-finished, after which the study may be finished too

local number = ARGV[2]
local state = study_field('state')
local trial = active_trial(number)
if not trial then
  local isWaiting = redis.call('HEXISTS', PROPOSALS, number) > redis.call('HEXISTS', OUTCOMES, number)
  return { isWaiting and 'held' or 'gone' }
end
if state == 'paused' or study_field('trainer') == 'external' then return { 'held' } end

local crashed = trial.state == 'running'
if crashed then trial.crashes = trial.crashes + 1 end
if state == 'stopping' then
  cancel_trial(number, trial, crashed)
  settle_study()
  return { 'gone' }
end
if trial.stopRequested then
  cancel_stopped(number, trial, crashed)
  settle_study()
  return { 'gone' }
end
if crashed and fail_if_hopeless(number, trial, ARGV[4]) then
  settle_study()
  return { 'gone' }
end

-- A checkpoint is there for who begins in good order: a worker that was lost over it may have been lost to it.
if crashed then redis.call('HDEL', CHECKPOINTS, number) end
local resumed = redis.call('HEXISTS', CHECKPOINTS, number) == 1
begin_attempt(number, trial, ARGV[3], KEYS[9], nil, resumed)
-- Of the trials that wait for a worker few are left: commit-proposals.lua and dispatch-waiting.lua said which start tells
-- that; a later one has a higher number. In a full study nothing can be done about it, and the end that makes room tells
-- anyway.
local refillAt = free_places() > 0 and study_field('refillAt')
local hint = refillAt and tonumber(number) >= tonumber(refillAt) and revision() or 0
if hint > 0 then redis.call('HDEL', STUDY, 'refillAt') end
return { 'started', study_field('definition'), redis.call('HGET', PROPOSALS, number), cjson.encode(trial), hint,
  resumed and 1 or 0 }
