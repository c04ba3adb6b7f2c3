-- Commits a trial that the user asked for. It waits for a place.
--
-- KEYS     see prelude.lua
-- ARGV[2]  parameter values, JSON
-- RETURNS  {number, proposal JSON}
-- REFUSES  study-not-found; illegal-move <state>; budget-used <limits.trials>
-- EVENTS   trial-enqueued

local state = study_field('state')
if not state then return refuse('study-not-found') end
if state ~= 'running' and state ~= 'paused' then return refuse('illegal-move', state) end
if budget_left() <= 0 then return refuse('budget-used', study_field('trials')) end

local number = committed()
local origin = '{"sampler":"enqueued","version":1,"phase":"enqueued","revision":' .. revision() .. '}'
local members = '"params":' .. ARGV[2] .. ',"origin":' .. origin
local proposal = '{' .. members .. ',"queuedAt":"' .. NOW .. '"}'
redis.call('HSET', PROPOSALS, number, proposal)
redis.call('RPUSH', WAITING, number)
append('trial-enqueued', ',"number":' .. number .. ',' .. members)
return { number, proposal }
