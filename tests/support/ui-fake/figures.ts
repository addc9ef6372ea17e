import { fakeId } from './sample.ts';
import type { CallFigures, CallWork } from '#shared/desk-contract/areas/statistics.ts';

const work = (dials: number): CallWork => ({ dials, connects: Math.round(dials * 0.36), talkMs: dials * 71_000 });
const dayMs = 86_400_000;

/** Three weeks of a busy desk. */
/** Outcomes of a company that has its own, by their place in outcomes.ts; where a scene has none they are not shown. */
const own = (...counts: [number, number][]) => counts.map(([at, count]) => ({ outcomeId: fakeId(21, at), count }));

export function sampleFigures(now: number): CallFigures {
  const midnight = now - (now % dayMs);
  return {
    total: { ...work(2183), waitMs: 12_400, inbound: 96, missed: 11 },
    days: Array.from({ length: 21 }, (_, n) => ({ day: midnight - (20 - n) * dayMs, ...work(n % 7 > 4 ? 12 : 90 + ((n * 37) % 70)) })), // prettier-ignore
    hours: Array.from({ length: 24 }, (_, hour) => ({ hour, ...work(hour < 8 || hour > 20 ? 0 : 60 + ((hour * 53) % 190)) })), // prettier-ignore
    channels: [
      { channel: 'desk-phone', ...work(1704) },
      { channel: 'sip', ...work(479) },
    ],
    cards: ['移动', '联通', '电信'].map((operator, n) => ({ slot: n + 1, operator, ...work(640 - n * 110) })),
    outcomes: [
      { outcome: 'no-need', count: 402, own: own([3, 251], [4, 118]) },
      { outcome: 'call-again', count: 166, own: own([2, 166]) },
      { outcome: 'interested', count: 97, own: own([1, 58], [0, 39]) },
      { outcome: null, count: 84, own: [] },
      { outcome: 'do-not-call', count: 37, own: own([6, 37]) },
    ],
    openers: [
      { name: '九月新产线开场', calls: 512, cutIns: 421, interested: 71, heardMs: 6300 },
      { name: '老客户回访', calls: 143, cutIns: 98, interested: 19, heardMs: 4100 },
    ],
  };
}
