-- Reads a study as of one instant: one command where a transaction is seven.
--
-- KEYS     see prelude.lua
-- RETURNS  {the hash of the study as a list, trials committed, records of those in flight, revision}
-- REFUSES  study-not-found

if not study_field('state') then return refuse('study-not-found') end
return { redis.call('HGETALL', STUDY), committed(), redis.call('HVALS', ACTIVE), revision() }
