/**
 * Loaded before a process of the fleet: at SIGUSR2 its clock is moved by as many milliseconds as the file
 * HONE_CHAOS_CLOCK says. Times that only count on, such as those of timers, do not move, as with a real clock.
 */
import { readFileSync } from 'node:fs'

const RealDate = Date
let offsetMs = 0
process.on('SIGUSR2', () => {
  offsetMs += Number(readFileSync(process.env.HONE_CHAOS_CLOCK, 'utf8'))
})
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length > 0) super(...parts)
    else super(RealDate.now() + offsetMs)
  }
  static now() {
    return RealDate.now() + offsetMs
  }
}
