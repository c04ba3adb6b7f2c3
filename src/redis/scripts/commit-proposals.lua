-- Commits proposals as the next trials, as many as there are places for: a compare-and-set on the first one's index.
--
-- KEYS     see prelude.lua
-- ARGV[2]  index the first proposal was computed for; the others follow
-- ARGV[3]  most trials in flight, beside limits.parallel; empty for no other bound
-- ARGV[4]  how many of them wait for a worker still when a start asks for more; empty where none is to
-- ARGV[5]  revision that they were computed from
-- ARGV[6]  parameter values of the first, JSON, ARGV[7] its origin, JSON; ARGV[8], ARGV[9] of the second, and so on
-- RETURNS  {committed, places left}; {0, 0} when the index is not the next one, the search space has become another one
--          since, or the study does not run
-- REFUSES  study-not-found
-- EVENTS   trial-proposed for each

local state = study_field('state')
if not state then return refuse('study-not-found') end
local first = committed()
if first ~= tonumber(ARGV[2]) or state ~= 'running' or not is_of_this_space(ARGV[5]) then return { 0, 0 } end

local places = math.max(0, math.min(places_for(ARGV[3]), budget_left()))
local count = math.min(places, (#ARGV - 5) / 2)
for i = 0, count - 1 do
  local number = first + i
  local members = '"params":' .. ARGV[6 + 2 * i] .. ',"origin":' .. ARGV[7 + 2 * i]
  redis.call('HSET', PROPOSALS, number, '{' .. members .. ',"queuedAt":' .. NOW .. '}')
  redis.call('HSET', ACTIVE, number, QUEUED)
  append('trial-proposed', ',"number":' .. number .. ',' .. members)
end
if count > 0 and ARGV[4] ~= '' then
  redis.call('HSET', STUDY, 'refillAt', math.max(0, first + count - 1 - tonumber(ARGV[4])))
end
return { count, places - count }
