-- Commits a proposal as the next trial: a compare-and-set on its index.
--
-- KEYS     see prelude.lua
-- ARGV[2]  index the proposal was computed for
-- ARGV[3]  parameter values, JSON
-- ARGV[4]  origin, JSON
-- RETURNS  {number, proposal JSON}, or nothing: the index is not the next one, or there is no room
-- REFUSES  study-not-found
-- EVENTS   trial-proposed

local state = study_field('state')
if not state then return refuse('study-not-found') end
local number = committed()
if number ~= tonumber(ARGV[2]) or state ~= 'running' then return false end
if free_places() <= 0 or budget_left() <= 0 then return false end

local members = '"params":' .. ARGV[3] .. ',"origin":' .. ARGV[4]
local proposal = '{' .. members .. ',"queuedAt":"' .. NOW .. '"}'
redis.call('HSET', PROPOSALS, number, proposal)
redis.call('HSET', ACTIVE, number, QUEUED)
append('trial-proposed', ',"number":' .. number .. ',' .. members)
return { number, proposal }
