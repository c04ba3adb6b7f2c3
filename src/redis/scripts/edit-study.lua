-- Changes what a study is called, how far it may go or what it searches: a compare-and-set on its definition.
--
-- KEYS     see prelude.lua
-- ARGV[2]  definition that the new one was made from, JSON
-- ARGV[3]  new definition, JSON
-- ARGV[4]  what changes, JSON
-- ARGV[5]  revision that the study must have; empty for any
-- ARGV[6]  limits.trials, `Infinity` for none, and ARGV[7] limits.parallel; both empty when limits stay
-- ARGV[8]  `1` when the search space changes, else empty
-- ARGV[9]  number of trials that it was found to fit; empty where it fits any
-- RETURNS  1, or 0 when the definition has become another one meanwhile, or there are further trials to fit
-- REFUSES  study-not-found; precondition-failed <revision>; illegal-move <state>; limit-too-low <trials there are>
-- EVENTS   study-edited, where the definitions differ; study-finished when the budget is used up by it

local state = study_field('state')
if not state then return refuse('study-not-found') end
if ARGV[5] ~= '' and revision() ~= tonumber(ARGV[5]) then return refuse('precondition-failed', revision()) end
if study_field('definition') ~= ARGV[2] then return 0 end
local is_living = state == 'running' or state == 'paused'
if (ARGV[6] ~= '' or ARGV[8] ~= '') and not is_living then return refuse('illegal-move', state) end
if ARGV[9] ~= '' and committed() ~= tonumber(ARGV[9]) then return 0 end
if ARGV[6] ~= '' and tonumber(ARGV[6]) < committed() then return refuse('limit-too-low', committed()) end
if ARGV[3] == ARGV[2] then return 1 end

redis.call('HSET', STUDY, 'definition', ARGV[3])
if ARGV[6] ~= '' then redis.call('HSET', STUDY, 'trials', ARGV[6], 'parallel', ARGV[7]) end
append('study-edited', ',"changes":' .. ARGV[4])
-- What was proposed before is not committed any more: prelude.lua.
if ARGV[8] ~= '' then redis.call('HSET', STUDY, 'spaceRevision', revision()) end
if ARGV[6] ~= '' then settle_study() end
return 1
