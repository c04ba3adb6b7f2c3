-- Pauses or resumes a study.
--
-- KEYS     see prelude.lua
-- ARGV[2]  states in which the move is possible, JSON
-- ARGV[3]  states in which it changes nothing, JSON
-- ARGV[4]  state that it leads to
-- ARGV[5]  type of its event
-- RETURNS  1, or 0 when nothing changed
-- REFUSES  study-not-found; illegal-move <state>
-- EVENTS   study-paused or study-resumed

local state = study_field('state')
if not state then return refuse('study-not-found') end
if is_one_of(state, ARGV[3]) then return 0 end
if not is_one_of(state, ARGV[2]) then return refuse('illegal-move', state) end
redis.call('HSET', STUDY, 'state', ARGV[4])
append(ARGV[5])
return 1
