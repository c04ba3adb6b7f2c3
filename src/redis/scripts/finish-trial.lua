-- Ends a running trial, and the study when this was all that was missing.
--
-- KEYS     see prelude.lua; KEYS[9] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  attempt
-- ARGV[4]  outcome, JSON
-- ARGV[5]  state in the outcome
-- ARGV[6]  score to compare trials by, smaller is better, as a decimal; empty when the trial has none: metric.ts
-- RETURNS  {state of the study, revision for a hint that there is room for a trial, or 0}; the same when this attempt
--          had finished the trial already
-- REFUSES  study-not-found; trial-not-found; trial-finished; attempt-superseded
-- EVENTS   trial-finished; study-finished

local number = ARGV[2]
if not study_field('state') then return refuse('study-not-found') end
if redis.call('HEXISTS', PROPOSALS, number) == 0 then return refuse('trial-not-found') end
local outcome = redis.call('HGET', OUTCOMES, number)
if outcome then
  if around_texts(outcome).attempt ~= tonumber(ARGV[3]) then return refuse('trial-finished') end
  -- The first answer was lost, and its hint with it.
  return { study_field('state'), revision() }
end
local trial = active_trial(number)
if not trial or trial.state ~= 'running' or trial.attempt ~= tonumber(ARGV[3]) then
  return refuse('attempt-superseded')
end

trim_curve(trial, KEYS[9])
finish_trial(number, trial, ARGV[4], ARGV[5])
keep_best(number, ARGV[6])
settle_study()
return { study_field('state'), wants_refill() and revision() or 0 }
