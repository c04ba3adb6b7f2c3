-- Stops a study: what is queued or waiting is canceled, what runs is left to find out by its next report.
--
-- KEYS     see prelude.lua
-- ARGV[2]  end reason, JSON
-- ARGV[3]  states in which a stop is possible, JSON
-- ARGV[4]  states in which it changes nothing, JSON
-- ARGV[5]  number of trials that it was decided by and ARGV[6] revision; both empty for a stop in any case
-- RETURNS  1, also where nothing changes, or 0 when there are further trials or another search space since
-- REFUSES  study-not-found; illegal-move <state>
-- EVENTS   study-stopping; trial-finished for each trial canceled; study-finished when nothing runs

-- Trials that do not run, by number.
local function not_running()
  local found = {}
  local active = redis.call('HGETALL', ACTIVE)
  for i = 1, #active, 2 do
    local trial = cjson.decode(active[i + 1])
    if trial.state ~= 'running' then table.insert(found, { number = tonumber(active[i]), trial = trial }) end
  end
  for _, number in ipairs(redis.call('LRANGE', WAITING, 0, -1)) do
    table.insert(found, { number = tonumber(number), trial = cjson.decode(QUEUED) })
  end
  table.sort(found, function(a, b) return a.number < b.number end)
  return found
end

local state = study_field('state')
if not state then return refuse('study-not-found') end
if is_one_of(state, ARGV[4]) then return 1 end
if not is_one_of(state, ARGV[3]) then return refuse('illegal-move', state) end
if ARGV[5] ~= '' and (committed() ~= tonumber(ARGV[5]) or not is_of_this_space(ARGV[6])) then return 0 end

redis.call('HSET', STUDY, 'state', 'stopping', 'endReason', ARGV[2])
append('study-stopping', ',"reason":' .. ARGV[2])
for _, entry in ipairs(not_running()) do
  cancel_trial(entry.number, entry.trial)
end
redis.call('DEL', WAITING)
settle_study()
return 1
