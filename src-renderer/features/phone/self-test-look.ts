import type { SelfTest, SelfTestItem } from '#shared/desk-contract/areas/self-test.ts';

type State = SelfTestItem['state'];

/** The one thing that a button can do about a red or yellow line; null = the words alone say what to do. */
export type SelfTestFix = 'phone-settings' | 'reconnect' | 'pin' | 'again' | null;

const settingsCodes = /^phone\.(?:none|no-sound|not-a-phone|one-stack|port-)/;
const reconnectCodes = /^phone\.(?:not-answering|lost|not-ready|refused)/;

export function fixOf({ problem }: SelfTestItem): SelfTestFix {
  if (!problem) return null;
  if (problem.code === 'sim.pin-required') return 'pin';
  if (settingsCodes.test(problem.code)) return 'phone-settings';
  if (reconnectCodes.test(problem.code)) return 'reconnect';
  return /^(?:self-test\.|phone\.sound-)/.test(problem.code) ? 'again' : null;
}

/** What the whole run says, once it is over: the worst of its lines. */
export function summaryOf({
  running,
  finishedAt,
  items,
}: SelfTest): 'none' | 'running' | 'passed' | 'warned' | 'failed' {
  if (running) return 'running';
  if (finishedAt === null) return 'none';
  const has = (state: State): boolean => items.some((item) => item.state === state);
  if (has('failed')) return 'failed';
  return has('warned') ? 'warned' : 'passed';
}

/** Part of the run that is done, 0…1. */
export const progressOf = ({ items }: SelfTest): number =>
  items.length === 0
    ? 0
    : items.filter(({ state }) => state !== 'waiting' && state !== 'running' && state !== 'asks').length / items.length;

/** What needs a person has a line of its own below the overview, what is asked now first; the rest stays small. */
export const todoOf = ({ items }: SelfTest): readonly SelfTestItem[] => [
  ...items.filter(({ state }) => state === 'asks'),
  ...items.filter(({ state, problem }) => state !== 'asks' && problem !== null),
];

/** The slot that an item is about; null = the phone as a whole. */
export function slotOfItem({ id }: Pick<SelfTestItem, 'id'>): number | null {
  const slot = /^sim-(\d)$/.exec(id)?.[1];
  return slot === undefined ? null : Number(slot);
}

/** The overview in two rows: the phone and what else a shift needs, then its cards, in the columns of the slot cards. */
export const overviewOf = ({ items }: SelfTest): readonly (readonly SelfTestItem[])[] =>
  [items.filter((item) => slotOfItem(item) === null), items.filter((item) => slotOfItem(item) !== null)].filter(
    (row) => row.length > 0,
  );
