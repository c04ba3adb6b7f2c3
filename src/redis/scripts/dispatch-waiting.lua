-- Moves waiting trials into free places.
--
-- KEYS     see prelude.lua
-- ARGV[2]  most trials in flight, beside limits.parallel; empty for no other bound
-- ARGV[3]  how many of them wait for a worker still when a start asks for more; empty where none is to
-- RETURNS  the numbers moved, oldest first
-- REFUSES  study-not-found
-- EVENTS   trial-dispatched for each

local state = study_field('state')
if not state then return refuse('study-not-found') end
local numbers = {}
if state ~= 'running' then return numbers end
for _ = 1, math.min(places_for(ARGV[2]), waiting()) do
  local number = redis.call('LINDEX', WAITING, 0)
  redis.call('HSET', ACTIVE, number, QUEUED)
  redis.call('LPOP', WAITING)
  append('trial-dispatched', ',"number":' .. number)
  table.insert(numbers, tonumber(number))
end
if #numbers > 0 and ARGV[3] ~= '' then
  -- One of those before, where fewer came: numbers rise, but some may be of trials that did not wait.
  local place = #numbers - tonumber(ARGV[3])
  redis.call('HSET', STUDY, 'refillAt', numbers[place] or math.max(0, numbers[1] - 1 + place))
end
return numbers
