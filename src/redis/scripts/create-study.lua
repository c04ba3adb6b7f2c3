-- Creates a study.
--
-- KEYS     see prelude.lua
-- ARGV[2]  study id
-- ARGV[3]  definition, JSON
-- ARGV[4]  limits.trials, `Infinity` for none
-- ARGV[5]  limits.parallel
-- ARGV[6]  kind of the trainer
-- ARGV[7]  state that it begins in, `running` or `paused`
-- RETURNS  1, or 0 when the study was there already
-- EVENTS   study-created, and study-paused where it begins so

if redis.call('EXISTS', STUDY) == 1 then return 0 end
redis.call('HSET', STUDY, 'definition', ARGV[3], 'trials', ARGV[4], 'parallel', ARGV[5],
  'trainer', ARGV[6], 'state', ARGV[7], 'createdAt', NOW)
append('study-created', ',"id":"' .. ARGV[2] .. '","definition":' .. ARGV[3])
if ARGV[7] == 'paused' then append('study-paused') end
return 1
