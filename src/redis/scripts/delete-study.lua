-- Deletes every key of a study. The curves' keys are derived from a base with the same hash tag.
--
-- KEYS     see prelude.lua
-- ARGV[2]  curve key without the trial's number
-- ARGV[3]  key of the requests that may come again, of the same hash tag too
-- ARGV[4]  key of the trained networks, of the same hash tag too
-- ARGV[5]  key of the archive and ARGV[6] of what webhooks have been told, likewise
-- RETURNS  1
-- REFUSES  study-not-found
-- EVENTS   none: the journal goes too

if not study_field('state') then return refuse('study-not-found') end
for number = 0, committed() - 1 do
  redis.call('UNLINK', ARGV[2] .. number)
end
redis.call('UNLINK', STUDY, PROPOSALS, ACTIVE, WAITING, OUTCOMES, JOURNAL, LAYOUTS, CHECKPOINTS, ARGV[3], ARGV[4],
  ARGV[5], ARGV[6])
redis.call('PUBLISH', JOURNAL, 'deleted')
return 1
