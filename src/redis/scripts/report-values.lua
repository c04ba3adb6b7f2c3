-- Stores the reports of a running attempt whose steps are new.
--
-- KEYS     see prelude.lua; KEYS[7] curve of the trial
-- ARGV[2]  number
-- ARGV[3]  attempt
-- ARGV[4]  step of the first report, ARGV[5] its JSON, ARGV[6] step of the second, and so on, steps ascending
-- RETURNS  1 when the study is stopping, so the trial should end; else 0
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

local latest = redis.call('LINDEX', KEYS[7], -1)
local step = latest and cjson.decode(latest).step or 0
local reports = {}
for i = 4, #ARGV, 2 do
  if tonumber(ARGV[i]) > step then
    step = tonumber(ARGV[i])
    redis.call('RPUSH', KEYS[7], ARGV[i + 1])
    table.insert(reports, ARGV[i + 1])
  end
end
if #reports > 0 then
  append('values-reported', ',"number":' .. number .. ',"attempt":' .. trial.attempt
    .. ',"reports":[' .. table.concat(reports, ',') .. ']')
end
return state == 'stopping' and 1 or 0
