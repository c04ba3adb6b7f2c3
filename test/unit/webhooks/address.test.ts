import { describe, expect, it } from 'vitest'
import { isPrivate } from '../../../src/webhooks/address.ts'

describe('isPrivate', () => {
  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('takes %s for nobody to reach through us', (address) => {
    expect(isPrivate(address)).toBe(true)
  })

  it.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '169.253.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])(
    'takes %s for a machine on the Internet',
    (address) => {
      expect(isPrivate(address)).toBe(false)
    },
  )
})
