import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Claim, claimDataDir, findService } from '../../../src/launcher/claim-data-dir.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hone-claim-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function claim(path: string): Promise<Claim> {
  const claimed = (await claimDataDir(path))!
  onTestFinished(() => claimed.release())
  return claimed
}

describe('claimDataDir', () => {
  it('gives a data directory to one process only', async () => {
    const path = folder()
    await claim(path)

    expect(await claimDataDir(path)).toBeUndefined()
  })

  it('knows a directory under another name', async () => {
    const path = folder()
    const other = join(folder(), 'link')
    symlinkSync(path, other)
    await claim(path)

    expect(await claimDataDir(other)).toBeUndefined()
  })

  it('keeps whoever asks waiting until the service is up', async () => {
    const path = folder()
    const claimed = await claim(path)
    const asked = findService(path)

    claimed.announce('http://127.0.0.1:1')

    expect(await asked).toEqual({ url: 'http://127.0.0.1:1', pid: process.pid })
    expect(await findService(path)).toEqual({ url: 'http://127.0.0.1:1', pid: process.pid })
  })

  it('finds nobody once the service has ended, even for who asked before', async () => {
    const path = folder()
    const claimed = await claim(path)
    claimed.announce('http://127.0.0.1:1')
    claimed.withdraw()
    const asked = findService(path)

    claimed.release()

    expect(await asked).toBeUndefined()
    await claim(path)
  })
})
