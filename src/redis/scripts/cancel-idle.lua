-- Cancels trials that do not run in a study that is stopping: some, for Redis serves nobody else meanwhile.
--
-- KEYS     see prelude.lua
-- ARGV[2]  how many at most
-- RETURNS  how many; fewer than that when no more are left
-- REFUSES  study-not-found
-- EVENTS   trial-finished for each; study-finished when no trial is open

local state = study_field('state')
if not state then return refuse('study-not-found') end
if state ~= 'stopping' then return 0 end
local most, canceled = tonumber(ARGV[2]), 0

local function cancel(number, record)
  cancel_trial(number, cjson.decode(record))
  canceled = canceled + 1
end

-- By their text: within a name it would have its quotes escaped.
local idle = {}
local active = redis.call('HGETALL', ACTIVE)
for i = 1, #active, 2 do
  local number, record = tonumber(active[i]), active[i + 1]
  local runs = string.find(record, '"state":"running"', 1, true)
  if not runs then table.insert(idle, { number = number, record = record }) end
end
table.sort(idle, function(a, b) return a.number < b.number end)

for i = 1, math.min(most, #idle) do cancel(idle[i].number, idle[i].record) end
while canceled < most and waiting() > 0 do
  cancel(redis.call('LINDEX', WAITING, 0), QUEUED)
  redis.call('LPOP', WAITING)
end
settle_study()
return canceled
