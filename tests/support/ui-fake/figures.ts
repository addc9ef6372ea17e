import { fakeId } from './sample.ts';
import type { CallFigures, CallWork } from '#shared/desk-contract/areas/statistics.ts';

const work = (dials: number): CallWork => ({ dials, connects: Math.round(dials * 0.36), talkMs: dials * 71_000 });
const dayMs = 86_400_000;

/** Three weeks of a busy desk. */
/** Outcomes of a company that has its own, by their place in outcomes.ts; where a scene has none they are not shown. */
const own = (...counts: [number, number][]) => counts.map(([at, count]) => ({ outcomeId: fakeId(21, at), count }));

/** Of people who hang up most often in the first seconds. @param most in one second */
const leaving = (calls: number, length: number, most: number): CallFigures['openers'][number]['seconds'] => {
  let heard = calls;
  return Array.from({ length }, (_, n) => {
    const left = Math.min(heard, Math.round(most / (1 + Math.abs(n - 2) ** 1.3)));
    const second = { heard, left };
    heard = Math.max(0, heard - left - Math.round(calls * (n > length - 4 ? 0.2 : 0.02)));
    return second;
  });
};
const opener = (name: string, calls: number, rate: number, interested: number, heardMs: number, length: number) => {
  const seconds = leaving(calls, length, Math.round(calls / 12));
  const left = seconds.reduce((all, second) => all + second.left, 0);
  return { name, calls, cutIns: Math.round(calls * rate), interested, heardMs, left, seconds };
};

/** @param reach days back to the first call */
export function sampleFigures(now: number, reach = 21): CallFigures {
  const midnight = now - (now % dayMs);
  return {
    total: { ...work(2183), waitMs: 12_400, inbound: 96, missed: 11 },
    days: Array.from({ length: reach }, (_, n) => ({ day: midnight - (reach - 1 - n) * dayMs, ...work(n % 7 > 4 ? 12 : 90 + ((n * 37) % 70)) })), // prettier-ignore
    hours: Array.from({ length: 24 }, (_, hour) => ({ hour, ...work(hour < 8 || hour > 20 ? 0 : 60 + ((hour * 53) % 190)) })), // prettier-ignore
    channels: [
      { channel: 'desk-phone', ...work(1704) },
      { channel: 'sip', ...work(479) },
    ],
    cards: [0, 1].flatMap((person) =>
      ['移动', '联通', '电信'].map((operator, n) => {
        const cardEnd = person === 0 ? `${n}41${n}` : null;
        return { employeeId: fakeId(3, person), slot: n + 1, operator, cardEnd, ...work(640 - n * 110 - person * 90) };
      }),
    ),
    outcomes: [
      { outcome: 'no-need', count: 402, own: own([3, 251], [4, 118]) },
      { outcome: 'call-again', count: 166, own: own([2, 166]) },
      { outcome: 'interested', count: 97, own: own([1, 58], [0, 39]) },
      { outcome: null, count: 84, own: [] },
      { outcome: 'do-not-call', count: 37, own: own([6, 37]) },
    ],
    openers: [
      opener('九月新产线开场', 512, 0.71, 71, 6300, 14),
      opener('老客户回访', 143, 0.48, 19, 4100, 9),
      opener('新品试用邀请（带活动截止日期）', 61, 0.22, 2, 5200, 22),
    ],
  };
}
