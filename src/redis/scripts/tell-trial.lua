-- Takes what an attempt tells of its trial in an external study. Whichever attempt completes it first ends the trial, lease
-- or no lease; what another one tells after that is a further observation of it. While a later attempt holds the trial, an
-- earlier one that did not complete it says nothing of it: it was told to stop because it had lost it.
--
-- KEYS     see prelude.lua; KEYS[9] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  attempt; 0 for the only one there was
-- ARGV[4]  outcome, JSON
-- ARGV[5]  state in the outcome
-- ARGV[6]  score, smaller is better, as a decimal; empty when the trial has none
-- RETURNS  'finished', 'late', 'lost' when nothing is kept, or 'repeated' when this attempt had told before
-- REFUSES  study-not-found; not-external; trial-not-found; unknown-lease
-- EVENTS   trial-finished, after which the study may be finished too; observation-added

local number = ARGV[2]
if not study_field('state') then return refuse('study-not-found') end
if study_field('trainer') ~= 'external' then return refuse('not-external') end
if redis.call('HEXISTS', PROPOSALS, number) == 0 then return refuse('trial-not-found') end
local trial, isOpen = leased_trial(number)
local attempt = leased_attempt(ARGV[3], trial)
if not attempt then return refuse('unknown-lease') end

if isOpen and attempt < trial.attempt and ARGV[5] ~= 'completed' then return 'lost' end
if isOpen then
  trim_curve(trial, KEYS[9])
  finish_trial(number, trial, ARGV[4], ARGV[5], false, attempt)
  keep_best(number, ARGV[6])
  settle_study()
  return 'finished'
end
if trial.told == attempt then return 'repeated' end
for _, told in ipairs(trial.observations or {}) do
  if told.attempt == attempt then return 'repeated' end
end
-- The list is the last member of the record.
local record = redis.call('HGET', OUTCOMES, number)
local late = ARGV[4]:sub(1, -2) .. ',"attempt":' .. attempt .. ',"toldAt":' .. NOW .. '}'
local open = trial.observations and record:sub(1, -3) .. ',' or record:sub(1, -2) .. ',"observations":['
redis.call('HSET', OUTCOMES, number, open .. late .. ']}')
append('observation-added', ',"trial":' .. number .. ',"attempt":' .. attempt .. ',"outcome":' .. ARGV[4])
return 'late'
