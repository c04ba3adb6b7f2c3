-- Drops the trained networks of trials that have ended and are not the best.
--
-- KEYS     see prelude.lua
-- ARGV[2]  key of the study's networks, of the same hash tag
-- EVENTS   none

local best = study_field('bestTrial')
for _, number in ipairs(redis.call('HKEYS', ARGV[2])) do
  if number ~= best and redis.call('HEXISTS', OUTCOMES, number) == 1 then
    redis.call('HDEL', ARGV[2], number)
  end
end
return 1
