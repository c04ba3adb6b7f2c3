-- Asks that a trial be given up. One that runs ends by the answer to its next report, any other is canceled at once.
--
-- KEYS     see prelude.lua
-- ARGV[2]  number
-- RETURNS  1, or 0 when nothing changed
-- REFUSES  study-not-found; trial-not-found
-- EVENTS   trial-stop-requested; or trial-finished, after which the study may be finished too

local number = ARGV[2]
if not study_field('state') then return refuse('study-not-found') end
if redis.call('HEXISTS', PROPOSALS, number) == 0 then return refuse('trial-not-found') end
if redis.call('HEXISTS', OUTCOMES, number) == 1 then return 0 end
local trial = active_trial(number)
if trial and trial.state == 'running' then
  if trial.stopRequested then return 0 end
  trial.stopRequested = true
  set_active(number, trial)
  append('trial-stop-requested', ',"number":' .. number)
  return 1
end
cancel_stopped(number, trial or cjson.decode(QUEUED))
redis.call('LREM', WAITING, 1, number)
settle_study()
return 1
