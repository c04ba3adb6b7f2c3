-- Stores the reports of a running attempt whose steps are new.
--
-- KEYS     see prelude.lua; KEYS[9] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  attempt
-- ARGV[4]  step of the first report, ARGV[5] the names of its metrics, ARGV[6] their values, and so on, steps ascending
-- RETURNS  'study' or 'trial' when that is to stop, so this attempt should end; 'pause' in a paused study; else nothing
-- REFUSES  study-not-found; trial-not-found; trial-finished; attempt-superseded
-- EVENTS   values-reported, if any report is new

local number = ARGV[2]
local state = study_field('state')
if not state then return refuse('study-not-found') end
if redis.call('HEXISTS', PROPOSALS, number) == 0 then return refuse('trial-not-found') end
if redis.call('HEXISTS', OUTCOMES, number) == 1 then return refuse('trial-finished') end
local trial = active_trial(number)
if not trial or trial.state ~= 'running' or trial.attempt ~= tonumber(ARGV[3]) then
  return refuse('attempt-superseded')
end

store_reports(number, trial, KEYS[9], 4)
if state == 'stopping' then return 'study' end
if trial.stopRequested then return 'trial' end
return state == 'paused' and 'pause' or false
