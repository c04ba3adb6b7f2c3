-- Moves waiting trials into free places.
--
-- KEYS     see prelude.lua
-- ARGV[2]  most trials in flight, beside limits.parallel; empty for no other bound
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
return numbers
