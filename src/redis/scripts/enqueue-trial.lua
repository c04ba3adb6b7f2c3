-- Commits a trial that the user asked for. It waits for a place, unless its result came with it.
--
-- KEYS     see prelude.lua; KEYS[7], if the request may come again: hash of the trials that such requests have enqueued
-- ARGV[2]  parameter values, JSON
-- ARGV[3]  how long KEYS[7] is kept, ms
-- ARGV[4]  token of the request in KEYS[7]
-- ARGV[5]  outcome, JSON, of a trial that was trained elsewhere; empty for one to train
-- ARGV[6]  score of the outcome, smaller is better, as a decimal; empty when it has none
-- RETURNS  {number, proposal JSON, outcome JSON or nothing}
-- REFUSES  study-not-found; illegal-move <state>; budget-used <limits.trials>
-- EVENTS   trial-enqueued, unless it was before; with a result trial-finished, after which the study may be finished too

local state = study_field('state')
if not state then return refuse('study-not-found') end
local before = KEYS[7] and redis.call('HGET', KEYS[7], ARGV[4])
if before then return { tonumber(before), redis.call('HGET', PROPOSALS, before), redis.call('HGET', OUTCOMES, before) } end
if state ~= 'running' and state ~= 'paused' then return refuse('illegal-move', state) end
if budget_left() <= 0 then return refuse('budget-used', study_field('trials')) end

local number = committed()
local sampler = ARGV[5] == '' and 'enqueued' or 'imported'
local origin = '{"sampler":"' .. sampler .. '","version":1,"phase":"enqueued","revision":' .. revision() .. '}'
local members = '"params":' .. ARGV[2] .. ',"origin":' .. origin
local proposal = '{' .. members .. ',"queuedAt":"' .. NOW .. '"}'
redis.call('HSET', PROPOSALS, number, proposal)
if ARGV[5] == '' then redis.call('RPUSH', WAITING, number) end
append('trial-enqueued', ',"number":' .. number .. ',' .. members)
if KEYS[7] then
  redis.call('HSET', KEYS[7], ARGV[4], number)
  redis.call('PEXPIRE', KEYS[7], ARGV[3])
end
if ARGV[5] == '' then return { number, proposal } end
finish_trial(number, cjson.decode(QUEUED), ARGV[5], 'completed')
keep_best(number, ARGV[6])
settle_study()
return { number, proposal, redis.call('HGET', OUTCOMES, number) }
