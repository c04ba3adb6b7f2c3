-- Stores how the winner did on rows that no trial saw. The first result stays.
--
-- KEYS     see prelude.lua
-- ARGV[2]  number of the trial
-- ARGV[3]  metrics, JSON
-- RETURNS  1, or 0 when there was a result already
-- REFUSES  study-not-found
-- EVENTS   best-tested

if not study_field('state') then return refuse('study-not-found') end
local members = '"trial":' .. ARGV[2] .. ',"metrics":' .. ARGV[3]
if redis.call('HSETNX', STUDY, 'test', '{' .. members .. '}') == 0 then return 0 end
append('best-tested', ',' .. members)
return 1
