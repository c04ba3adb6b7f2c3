-- Puts a webhook's record in the place of another, unless that is not the one there any more.
--
-- KEYS[1]  hash of the webhooks
-- ARGV[2]  id
-- ARGV[3]  the record that is known
-- ARGV[4]  the one to put in its place
-- RETURNS  1, or 0 where it was changed or deleted meanwhile
-- EVENTS   none

if redis.call('HGET', KEYS[1], ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
return 1
