-- Puts a journal's oldest events away as one block: the same events, compressed. Nothing that anybody reads changes.
--
-- KEYS     see prelude.lua
-- ARGV[2]  key of the archive, of the same hash tag
-- ARGV[3]  id of the first of them
-- ARGV[4]  revision of the last
-- ARGV[5]  the block
-- RETURNS  1, or 0 when they are not the oldest (another process was faster, or the study is gone) or all that there is
-- EVENTS   none

local oldest = redis.call('XRANGE', JOURNAL, '-', '+', 'COUNT', 1)[1]
if not oldest or oldest[1] ~= ARGV[3] or revision() <= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', ARGV[2], ARGV[4], ARGV[5])
redis.call('XTRIM', JOURNAL, 'MINID', string.format('%d', tonumber(ARGV[4]) + 1))
return 1
