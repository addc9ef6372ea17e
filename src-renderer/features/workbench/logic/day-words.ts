import type { Workbench } from '#shared/desk-contract/areas/workbench.ts';

/** Figures of a day, in the order in which they are shown. */
export const figureKeys = ['dials', 'connects', 'rate', 'talk', 'interested'] as const;
export type FigureKey = (typeof figureKeys)[number];

/** One figure beside that of a usual day; null = there is none. `talk` in ms, `rate` 0…1. */
export interface DayFigure {
  readonly key: FigureKey;
  readonly value: number | null;
  readonly usual: number | null;
  /** Where it stands to the usual one, as it is shown; null = nothing to compare. */
  readonly stands: 'more' | 'less' | 'same' | null;
}

/** What nobody sees the difference of is the same: a percent, a minute. */
const steps: Readonly<Record<FigureKey, number>> = { dials: 1, connects: 1, rate: 0.01, talk: 60_000, interested: 1 };

export function dayFigures({ today, usual }: Pick<Workbench, 'today' | 'usual'>): DayFigure[] {
  const now: Record<FigureKey, number | null> = {
    ...{ dials: today.dials, connects: today.connects, talk: today.talkMs, interested: today.interested },
    rate: today.dials === 0 ? null : today.connects / today.dials,
  };
  const then: Record<FigureKey, number | null> = {
    ...{ dials: usual?.dials ?? null, connects: usual?.connects ?? null, talk: usual?.talkMs ?? null },
    ...{ interested: usual?.interested ?? null, rate: usual?.rate ?? null },
  };
  return figureKeys.map((key) => {
    const [value, other] = [now[key], then[key]];
    return { key, value, usual: other, stands: value === null || other === null ? null : standing(value, other, steps[key]) }; // prettier-ignore
  });
}

function standing(value: number, usual: number, step: number): 'more' | 'less' | 'same' {
  const [a, b] = [Math.round(value / step), Math.round(usual / step)];
  return a === b ? 'same' : a > b ? 'more' : 'less';
}
