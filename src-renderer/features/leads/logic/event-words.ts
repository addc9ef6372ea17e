import type { LeadEvent } from '#shared/desk-contract/areas/leads.ts';
import { recycledReason } from '#shared/domain/pool-rules.ts';

type Say = (key: string, values?: Record<string, unknown>) => string;

/** What happened to a lead, as its timeline says it. @param by who did it, or lost it to a rule; empty = nobody knows */
export function eventWords(event: LeadEvent, by: string, t: Say): string {
  switch (event.kind) {
    case 'released':
      if (event.reason === recycledReason) return by === '' ? t('leads.timeline.released', { reason: t('leads.release.recycled') }) : t('leads.timeline.recycledFrom', { by }); // prettier-ignore
      return by === ''
        ? t('leads.timeline.released', { reason: event.reason ?? '' })
        : t('leads.timeline.releasedBy', { by, reason: event.reason ?? '' });
    case 'assigned':
      return event.from
        ? t('leads.timeline.moved', { by, from: event.from, to: event.to ?? '' })
        : t('leads.timeline.assigned', { by, to: event.to ?? '' });
    case 'stage':
      return t('leads.timeline.stage', { by, before: stage(event.before, t), after: stage(event.after, t) });
    default:
      return t('leads.timeline.claimed', { name: by });
  }
}

const stage = (key: string | undefined, t: Say): string => (key === undefined ? '' : t(`words.leadStage.${key}`));
