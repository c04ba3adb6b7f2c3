-- Commits a proposal as the next trial of an external study and gives it to who asked for it: a compare-and-set on its
-- index.
--
-- KEYS     see prelude.lua
-- ARGV[2]  index the proposal was computed for
-- ARGV[3]  parameter values, JSON
-- ARGV[4]  origin, JSON
-- ARGV[5]  name of the worker
-- ARGV[6]  the time, ms; ARGV[7] how long the lease is, ms
-- ARGV[8]  curve key without the trial's number
-- ARGV[9]  revision that it was computed from
-- RETURNS  {definition JSON, number, proposal JSON, active JSON}, or nothing: the index is not the next one, the search
--          space has become another one since, or there is no room
-- REFUSES  study-not-found
-- EVENTS   trial-proposed, trial-started

local state = study_field('state')
if not state then return refuse('study-not-found') end
local number = committed()
if number ~= tonumber(ARGV[2]) or state ~= 'running' then return false end
if not is_of_this_space(ARGV[9]) then return false end
if free_places() <= 0 or budget_left() <= 0 then return false end

local members = '"params":' .. ARGV[3] .. ',"origin":' .. ARGV[4]
local proposal = '{' .. members .. ',"queuedAt":' .. NOW .. '}'
redis.call('HSET', PROPOSALS, number, proposal)
append('trial-proposed', ',"number":' .. number .. ',' .. members)
local trial = cjson.decode(QUEUED)
local lease = { expiresAt = tonumber(ARGV[6]) + tonumber(ARGV[7]), ms = tonumber(ARGV[7]) }
begin_attempt(number, trial, ARGV[5], ARGV[8] .. number, lease)
return { study_field('definition'), number, proposal, cjson.encode(trial) }
