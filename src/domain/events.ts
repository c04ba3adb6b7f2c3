import type { StudyId } from './ids.ts'
import type { MetricValues } from './metric.ts'
import type { ParameterValues } from './search-space.ts'
import type { EndReason, StudyChanges, StudyDefinition } from './study.ts'
import type { ProposalOrigin, Report, TrialOutcome } from './trial.ts'

/** Every change there can be, in the order of a study's life. `at` is RFC 3339, UTC. */
export type StudyEvent =
  | { type: 'study-created'; at: string; id: StudyId; definition: StudyDefinition }
  | { type: 'trial-proposed'; at: string; number: number; params: ParameterValues; origin: ProposalOrigin }
  | { type: 'trial-enqueued'; at: string; number: number; params: ParameterValues; origin: ProposalOrigin }
  | { type: 'trial-dispatched'; at: string; number: number }
  /** `resumedFrom`: the step of the earlier attempt that this one goes on from; what that reported stays. */
  | {
      type: 'trial-started'
      at: string
      number: number
      attempt: number
      crashes: number
      worker: string
      resumedFrom?: number
    }
  | { type: 'values-reported'; at: string; number: number; attempt: number; reports: readonly Report[] }
  /** Its worker has heard that the study is paused, or that it goes on again. */
  | { type: 'trial-paused'; at: string; number: number; attempt: number }
  | { type: 'trial-resumed'; at: string; number: number; attempt: number }
  | { type: 'trial-stop-requested'; at: string; number: number }
  | { type: 'trial-released'; at: string; number: number; attempt: number }
  /** `crashes` only when this end was one more. */
  | { type: 'trial-finished'; at: string; number: number; outcome: TrialOutcome; crashes?: number }
  /** Told by an attempt whose trial had ended without it. */
  | { type: 'observation-added'; at: string; trial: number; attempt: number; outcome: TrialOutcome }
  | { type: 'study-edited'; at: string; changes: StudyChanges }
  | { type: 'study-paused'; at: string }
  | { type: 'study-resumed'; at: string }
  | { type: 'study-stopping'; at: string; reason: EndReason }
  | { type: 'study-finished'; at: string; state: 'completed' | 'failed'; reason: EndReason }
  | { type: 'best-tested'; at: string; trial: number; metrics: MetricValues }

export const EVENT_TYPES = [
  'study-created',
  'trial-proposed',
  'trial-enqueued',
  'trial-dispatched',
  'trial-started',
  'values-reported',
  'trial-paused',
  'trial-resumed',
  'trial-stop-requested',
  'trial-released',
  'trial-finished',
  'observation-added',
  'study-edited',
  'study-paused',
  'study-resumed',
  'study-stopping',
  'study-finished',
  'best-tested',
] as const satisfies StudyEvent['type'][]
export type EventType = (typeof EVENT_TYPES)[number]

type WithoutCrashes<Event> = Event extends unknown ? Omit<Event, 'crashes'> : never
/** What clients and webhooks are told of an event: how often workers crashed is between the service and its workers. */
export type PublicEvent = WithoutCrashes<StudyEvent>

export function publicEvent(event: StudyEvent): PublicEvent {
  if (!('crashes' in event)) return event
  const { crashes: _, ...shown } = event
  return shown
}
