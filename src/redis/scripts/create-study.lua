-- Creates a study.
--
-- KEYS     see prelude.lua
-- ARGV[2]  study id
-- ARGV[3]  definition, JSON
-- ARGV[4]  limits.trials, `Infinity` for none
-- ARGV[5]  limits.parallel
-- ARGV[6]  kind of the trainer
-- RETURNS  1, or 0 when the study was there already
-- EVENTS   study-created

if redis.call('EXISTS', STUDY) == 1 then return 0 end
redis.call('HSET', STUDY, 'definition', ARGV[3], 'trials', ARGV[4], 'parallel', ARGV[5],
  'trainer', ARGV[6], 'state', 'running', 'createdAt', NOW)
append('study-created', ',"id":"' .. ARGV[2] .. '","definition":' .. ARGV[3])
return 1
