-- Keeps the trained network of a trial.
--
-- KEYS     see prelude.lua
-- ARGV[2]  key of the study's networks, of the same hash tag
-- ARGV[3]  number
-- ARGV[4]  the network
-- REFUSES  study-not-found
-- EVENTS   none

if not study_field('state') then return refuse('study-not-found') end
redis.call('HSET', ARGV[2], ARGV[3], ARGV[4])
return 1
