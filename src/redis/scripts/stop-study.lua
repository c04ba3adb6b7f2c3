-- Stops a study. What does not run is canceled afterwards (cancel-idle.lua), what runs finds out by its next report.
--
-- KEYS     see prelude.lua
-- ARGV[2]  end reason, JSON
-- ARGV[3]  states in which a stop is possible, JSON
-- ARGV[4]  states in which it changes nothing, JSON
-- ARGV[5]  number of trials that it was decided by and ARGV[6] revision; both empty for a stop in any case
-- RETURNS  1, also where nothing changes, or 0 when there are further trials or another search space since
-- REFUSES  study-not-found; illegal-move <state>
-- EVENTS   study-stopping; study-finished when no trial is open

local state = study_field('state')
if not state then return refuse('study-not-found') end
if is_one_of(state, ARGV[4]) then return 1 end
if not is_one_of(state, ARGV[3]) then return refuse('illegal-move', state) end
if ARGV[5] ~= '' and (committed() ~= tonumber(ARGV[5]) or not is_of_this_space(ARGV[6])) then return 0 end

redis.call('HSET', STUDY, 'state', 'stopping', 'endReason', ARGV[2])
append('study-stopping', ',"reason":' .. ARGV[2])
settle_study()
return 1
