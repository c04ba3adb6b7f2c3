-- Gives a running trial back unfinished. In a study that is stopping nobody would take it up again: it is canceled.
--
-- KEYS     see prelude.lua
-- ARGV[2]  number
-- ARGV[3]  attempt
-- ARGV[4]  checkpoint, where the next attempt can go on; empty for none
-- RETURNS  1, or 0 when this attempt does not hold the trial; leases of an external study run out by themselves
-- EVENTS   trial-released; or trial-finished, after which the study may be finished too

local number = ARGV[2]
local trial = study_field('trainer') ~= 'external' and active_trial(number)
if not trial or trial.state ~= 'running' or trial.attempt ~= tonumber(ARGV[3]) then return 0 end
if study_field('state') == 'stopping' then
  cancel_trial(number, trial)
  settle_study()
  return 1
end
trial.state = 'queued'
if ARGV[4] ~= '' then redis.call('HSET', CHECKPOINTS, number, ARGV[4]) else redis.call('HDEL', CHECKPOINTS, number) end
set_active(number, trial)
append('trial-released', ',"number":' .. number .. ',"attempt":' .. trial.attempt)
return 1
