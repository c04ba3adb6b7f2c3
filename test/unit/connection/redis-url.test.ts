import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from '../../../src/connection/redis-url.ts'

describe('parseRedisUrl', () => {
  it.each([
    ['unix:/run/redis.sock', { kind: 'socket', path: '/run/redis.sock' }],
    ['rediss://u:p@host:6380/2', { kind: 'server', url: 'rediss://u:p@host:6380/2' }],
    [
      'redis+cluster://a:7000,[::1]:7001,c',
      {
        kind: 'cluster',
        tls: false,
        nodes: [
          { host: 'a', port: 7000 },
          { host: '::1', port: 7001 },
          { host: 'c', port: 6379 },
        ],
      },
    ],
    [
      'rediss+sentinel://hone:p%40ss@a,b:26380/primary/3',
      {
        kind: 'sentinel',
        name: 'primary',
        db: 3,
        tls: true,
        username: 'hone',
        password: 'p@ss',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
      },
    ],
    [
      'redis+cluster://:secret@a',
      { kind: 'cluster', tls: false, password: 'secret', nodes: [{ host: 'a', port: 6379 }] },
    ],
  ])('reads %s', (url, target) => {
    expect(parseRedisUrl(url)).toEqual(target)
  })

  it.each(['localhost:6379', 'http://a', 'redis+sentinel://a', 'redis+cluster://a/1', 'redis+cluster://a:b'])(
    'refuses %s',
    (url) => {
      expect(parseRedisUrl(url)).toBeUndefined()
    },
  )
})
