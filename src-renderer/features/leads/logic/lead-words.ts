import type { LeadQuery, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { looksDead } from '#shared/domain/number-check.ts';
import { recycledReason, type ClaimLock, type PoolStanding } from '#shared/domain/pool-rules.ts';
import { formatExact } from '#renderer/ui/format.ts';
import { sortAfterClick } from '#renderer/ui/sort-after-click.ts';

/** 注册资本 as people say it: 50 万, 3,200 万, 1.2 亿; in English in ten thousands of yuan, as registers print it. */
export function formatCapital(fen: number | null, locale: 'zh-CN' | 'en'): string {
  if (fen === null) return '—';
  const wan = fen / 100 / 10_000;
  if (locale === 'en') return `¥${short((wan * 10_000) / 1_000_000)} M`;
  return wan >= 10_000 ? `${short(wan / 10_000)} 亿` : `${short(wan)} 万`;
}

// Made once: each row of a list has one.
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = (value: number): string => (value < 100 ? exact : whole).format(value);

/** Whether ☎ is offered: a number that the check found dead is dimmed, but never refused here (the gate decides). */
export const dialAdvice = (lead: Pick<LeadRow, 'phone' | 'numberCheck'>): 'dial' | 'doubtful' | 'none' => {
  if (lead.phone === null) return 'none';
  return looksDead(lead.numberCheck) ? 'doubtful' : 'dial';
};

export const stageTone = (stage: LeadRow['stage']): 'ok' | 'info' | 'neutral' => {
  if (stage === 'won') return 'ok';
  return stage === 'interested' || stage === 'quoted' || stage === 'negotiating' ? 'info' : 'neutral';
};

export type LeadSort = Pick<LeadQuery, 'sort' | 'descending'>;

export const newestFirst: LeadSort = { sort: 'newest', descending: true };

/** A click on a header. Names, people and plans go up by nature, amounts and times down. */
export const nextSort = (now: LeadSort, column: LeadQuery['sort']): LeadSort =>
  sortAfterClick(now, column, { descending: !['name', 'owner', 'next-follow-up'].includes(column), home: newestFirst });

/** Why it is in the pool, as people read it. */
export const releaseWords = (reason: string, t: (key: string) => string): string =>
  reason === recycledReason ? t('leads.release.recycled') : reason;

/** What 公海规则 mean for a lead that the person follows; empty = nothing is ever taken back. */
export function standingWords(
  { recycleAt, protectedUntil, keptAs }: PoolStanding,
  t: (key: string, named: Record<string, unknown>) => string,
): string {
  if (keptAs !== null) return t(`leads.rules.kept.${keptAs}`, {});
  if (recycleAt === null) return '';
  const due = t('leads.rules.recycles', { at: formatExact(recycleAt) });
  return protectedUntil === null ? due : t('leads.rules.protected', { at: formatExact(protectedUntil), due });
}

/** Something is to be said of who follows it, or of why it is not to be had: most leads have nothing of it. */
export const tellsFollowing = ({ following, wish, locked }: Pick<LeadRow, 'following' | 'wish' | 'locked'>): boolean =>
  wish !== null || locked !== null || following === 'colleague' || following === 'wished';

/** Why it may not be claimed, and from when on it may. */
export const lockWords = (
  { why, until }: ClaimLock,
  t: (key: string, named: Record<string, unknown>) => string,
): string => t(`leads.locked.words.${why}`, { at: formatExact(until) });

/** What came of claiming a list: whoever got fewer than they asked for is told that rules, or colleagues, keep the others. */
export const claimedWords = (
  claimed: number,
  asked: number,
  t: (key: string, named: Record<string, unknown>) => string,
): string => t(claimed < asked ? 'leads.claim.fewer' : 'leads.claim.done', { count: claimed, left: asked - claimed });

/** Midnights until the pool takes the lead back: 1 = tonight, 0 = it may be gone any moment. */
export const daysToRecycle = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 86_400_000));
