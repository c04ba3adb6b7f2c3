-- Notes how far a webhook has been told of a study. Nothing is kept of a study that is gone.
--
-- KEYS     see prelude.lua
-- ARGV[2]  key of what webhooks have been told, of the same hash tag
-- ARGV[3]  id of the webhook
-- ARGV[4]  revision
-- REFUSES  study-not-found
-- EVENTS   none

if not study_field('state') then return refuse('study-not-found') end
redis.call('HSET', ARGV[2], ARGV[3], ARGV[4])
return 1
