import { beforeEach, describe, expect, it } from 'vitest';
import { disposable } from '#shared/base/dispose.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { CallNotices } from './call-notices.ts';
import { aCall } from './testing/a-call.ts';

let inFront: boolean;
/** What stands beside the windows now, oldest first. */
let shown: string[];
/** Everything that was ever shown. */
let ever: string[];
let results: Map<string, CallView['result']>;
let notices: CallNotices;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  inFront = false;
  shown = [];
  ever = [];
  results = new Map();
  notices = new CallNotices({
    silent: () => inFront,
    show: (notice) => {
      const text = notice.kind === 'missed' ? `missed ${notice.count}: ${notice.call.id}` : `rings: ${notice.call.id}`;
      shown.push(text);
      ever.push(text);
      return disposable(() => (shown = shown.filter((one) => one !== text)));
    },
    find: (id) => Promise.resolve(results.has(id) ? aCall({ id, result: results.get(id) ?? null }) : null),
  });
});

const call = (id: string, state: CallView['state'], direction: CallView['direction'] = 'inbound'): CallView =>
  aCall({ id, state, direction });
const now = (call: CallView | null, other: CallView | null = null): Promise<void> => {
  notices.take({ call, other });
  return settle();
};
async function ringsOut(id: string, result: CallView['result']): Promise<void> {
  await now(call(id, 'incoming'));
  results.set(id, result);
  await now(call(id, 'ended'));
}

describe('a caller while nobody looks', () => {
  it('is shown once, until the call is taken', async () => {
    await now(call('a', 'incoming'));
    await now(call('a', 'incoming'));
    expect(ever).toEqual(['rings: a']);
    await now(call('a', 'active'));
    expect(shown).toEqual([]);
  });

  it('is shown beside a call that is spoken, too', async () => {
    await now(call('a', 'active', 'outbound'), call('b', 'waiting'));
    expect(shown).toEqual(['rings: b']);
    await now(call('a', 'active', 'outbound'));
    expect(shown).toEqual([]);
  });

  it('is not shown for a call of ours, or while the window is in front', async () => {
    await now(call('a', 'alerting', 'outbound'));
    inFront = true;
    await now(call('b', 'incoming'));
    expect(ever).toEqual([]);
  });

  it('goes when the window comes to the front, and comes when it leaves while it rings', async () => {
    await now(call('a', 'incoming'));
    inFront = true;
    notices.update();
    expect(shown).toEqual([]);
    inFront = false;
    notices.update();
    expect(shown).toEqual(['rings: a']);
  });

  it('goes with the window', async () => {
    await ringsOut('a', 'missed');
    await now(call('b', 'incoming'));
    notices.dispose();
    expect(shown).toEqual([]);
  });
});

describe('what was missed', () => {
  it('is one notice, whose number grows until somebody looks', async () => {
    await ringsOut('a', 'missed');
    expect(shown).toEqual(['missed 1: a']);
    await ringsOut('b', 'missed');
    expect(shown).toEqual(['missed 2: b']);
    inFront = true;
    notices.update();
    expect(shown).toEqual([]);
    inFront = false;
    await ringsOut('c', 'missed');
    expect(shown).toEqual(['missed 1: c']);
  });

  it('is not what a colleague took, was declined, or answered', async () => {
    await ringsOut('a', 'taken-elsewhere');
    await ringsOut('b', 'declined');
    await ringsOut('c', 'connected');
    await ringsOut('d', null);
    expect(ever).toEqual(['rings: a', 'rings: b', 'rings: c', 'rings: d']);
  });

  it('is not told of where it was missed before somebody’s eyes', async () => {
    inFront = true;
    await ringsOut('a', 'missed');
    inFront = false;
    notices.update();
    expect(ever).toEqual([]);
  });
});
