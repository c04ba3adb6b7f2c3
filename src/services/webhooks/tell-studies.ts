import type { StudyId } from '../../domain/ids.ts'
import { type Webhook, wants } from '../../domain/webhook.ts'
import type { ServiceDeps } from '../deps.ts'
import { unlessDeleted } from '../unless-deleted.ts'
import { createBell } from '../waiting/bell.ts'

const EVENTS_A_READ = 100

/**
 * Tells the webhooks what happens until `signal` aborts. Level-triggered: it looks at how far each webhook has been
 * told of each study's journal, so a crash loses nothing. Several processes may do it at once: a delivery is enqueued
 * under its own name, so twice is once.
 *
 * @param everyMs how often it looks although nothing rang.
 */
export async function tellForever(deps: ServiceDeps, everyMs: number, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  const watched = new Map<StudyId, () => void>()
  while (!signal.aborted) {
    try {
      const untold = await tellAll(deps)
      await watch(deps, untold, watched, bell.ring)
    } catch (err) {
      deps.logger.warn({ err }, 'webhooks not told')
    }
    await bell.rung(everyMs, signal)
  }
  for (const unwatch of watched.values()) unwatch()
}

/** @returns the studies of which there may be more to tell. */
export async function tellAll(deps: ServiceDeps): Promise<readonly StudyId[]> {
  // In this order: a study that is closed meanwhile is seen next time.
  const closed = await deps.webhooks.listUntold()
  const open = [...(await deps.store.listOpenStudies()).keys()]
  const webhooks = await deps.webhooks.list()
  if (webhooks.length > 0)
    for (const study of [...closed, ...open]) await unlessDeleted(tellStudy(deps, webhooks, study))
  for (const study of closed) await deps.webhooks.forget(study)
  return webhooks.length > 0 ? open : []
}

async function tellStudy(deps: ServiceDeps, webhooks: readonly Webhook[], study: StudyId): Promise<void> {
  const revision = await deps.store.getRevision(study)
  for (const webhook of webhooks) await tell(deps, webhook, study, revision)
}

async function tell(deps: ServiceDeps, webhook: Webhook, study: StudyId, revision: number): Promise<void> {
  let told = await deps.webhooks.toldRevision(webhook.id, study)
  while (told < revision) {
    const { events } = await deps.store.readEvents(study, told, EVENTS_A_READ)
    for (const [i, event] of events.entries()) {
      const delivery = { webhook: webhook.id, study, revision: told + i + 1 }
      if (webhook.enabled && wants(webhook, study, event)) await deps.jobs.enqueueDelivery(delivery, 1, 0)
    }
    told += events.length
    // After the deliveries are enqueued: who dies in between enqueues them again.
    await deps.webhooks.setTold(webhook.id, study, told)
  }
}

/** Has the bell rung by each of the studies, and by no other. */
async function watch(
  { feed }: ServiceDeps,
  studies: readonly StudyId[],
  watched: Map<StudyId, () => void>,
  ring: () => void,
): Promise<void> {
  for (const [study, unwatch] of watched) {
    if (studies.includes(study)) continue
    unwatch()
    watched.delete(study)
  }
  for (const study of studies) {
    if (watched.has(study)) continue
    watched.set(study, await feed.watch(study, ring))
    // What happened since it was looked at rang for nobody.
    ring()
  }
}
