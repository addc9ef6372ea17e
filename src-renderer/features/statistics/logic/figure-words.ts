import type { CallWork } from '#shared/desk-contract/areas/statistics.ts';

/** A share as people read it: `38%`; 0 of 0 is none. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${Math.round((part / whole) * 100)}%`;
}

/** 接通率. */
export const connectRate = ({ connects, dials }: Pick<CallWork, 'connects' | 'dials'>): string => percent(connects, dials); // prettier-ignore

const beijingMs = 8 * 3_600_000;
/** Of a midnight in Beijing, wherever the PC stands: `11-28`. */
export const dayName = (midnight: number): string => new Date(midnight + beijingMs).toISOString().slice(5, 10);
