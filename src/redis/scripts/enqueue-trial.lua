-- Commits a trial that the user asked for. It waits for a place.
--
-- KEYS     see prelude.lua; KEYS[7], if the request may come again: hash of the trials that such requests have enqueued
-- ARGV[2]  parameter values, JSON
-- ARGV[3]  how long KEYS[7] is kept, ms
-- ARGV[4]  token of the request in KEYS[7]
-- RETURNS  {number, proposal JSON}
-- REFUSES  study-not-found; illegal-move <state>; budget-used <limits.trials>
-- EVENTS   trial-enqueued, unless it was before

local state = study_field('state')
if not state then return refuse('study-not-found') end
local before = KEYS[7] and redis.call('HGET', KEYS[7], ARGV[4])
if before then return { tonumber(before), redis.call('HGET', PROPOSALS, before) } end
if state ~= 'running' and state ~= 'paused' then return refuse('illegal-move', state) end
if budget_left() <= 0 then return refuse('budget-used', study_field('trials')) end

local number = committed()
local origin = '{"sampler":"enqueued","version":1,"phase":"enqueued","revision":' .. revision() .. '}'
local members = '"params":' .. ARGV[2] .. ',"origin":' .. origin
local proposal = '{' .. members .. ',"queuedAt":"' .. NOW .. '"}'
redis.call('HSET', PROPOSALS, number, proposal)
redis.call('RPUSH', WAITING, number)
append('trial-enqueued', ',"number":' .. number .. ',' .. members)
if KEYS[7] then
  redis.call('HSET', KEYS[7], ARGV[4], number)
  redis.call('PEXPIRE', KEYS[7], ARGV[3])
end
return { number, proposal }
