-- Renews the lease of an attempt at a trial of an external study, even one that has run out, and stores its reports.
--
-- KEYS     see prelude.lua; KEYS[9] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  attempt; 0 for the only one there was
-- ARGV[4]  the time, ms
-- ARGV[5]  step of the first report, ARGV[6] the names of its metrics, ARGV[7] their values, and so on, steps ascending;
--          none for a sign of life
-- RETURNS  {what the attempt is to do: 'continue', 'pause' while the study is paused, or why it is to
--          end: 'study', 'trial', 'superseded', 'finished';
--          attempt; when the lease runs out, ms, or 0}
-- REFUSES  study-not-found; not-external; trial-not-found; unknown-lease
-- EVENTS   values-reported, if any report is new; trial-paused or trial-resumed, if that is news to the attempt

local number = ARGV[2]
local state = study_field('state')
if not state then return refuse('study-not-found') end
if study_field('trainer') ~= 'external' then return refuse('not-external') end
if redis.call('HEXISTS', PROPOSALS, number) == 0 then return refuse('trial-not-found') end
local trial, isOpen = leased_trial(number)
local attempt = leased_attempt(ARGV[3], trial)
if not attempt then return refuse('unknown-lease') end
if not isOpen then return { 'finished', attempt, 0 } end
if attempt < trial.attempt then return { 'superseded', attempt, 0 } end

trial.lease.expiresAt = tonumber(ARGV[4]) + trial.lease.ms
store_reports(number, trial, KEYS[9], 5)
local order = state == 'stopping' and 'study' or trial.stopRequested and 'trial' or state == 'paused' and 'pause' or 'continue'
if order == 'pause' and trial.state == 'running' then set_held(number, trial, 'paused') end
if order == 'continue' and trial.state == 'paused' then set_held(number, trial, 'running') end
return { order, attempt, trial.lease.expiresAt }
