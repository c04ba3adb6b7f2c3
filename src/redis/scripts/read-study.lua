-- Reads a study as of one instant: one command where a transaction is seven.
--
-- KEYS     see prelude.lua
-- RETURNS  {the hash of the study as a list, trials committed, running ones, paused ones, revision}
-- REFUSES  study-not-found

if not study_field('state') then return refuse('study-not-found') end
-- By their text, for a study may have a thousand of them: within a name it would have its quotes escaped. Most wait, and
-- to compare a text with one that is at hand costs nothing.
local running, paused = 0, 0
for _, record in ipairs(redis.call('HVALS', ACTIVE)) do
  if record ~= QUEUED then
    if string.find(record, '"state":"running"', 1, true) then running = running + 1 end
    if string.find(record, '"state":"paused"', 1, true) then paused = paused + 1 end
  end
end
return { redis.call('HGETALL', STUDY), committed(), running, paused, revision() }
