import { describe, expect, it } from 'vitest';
import { disposable } from '#shared/base/dispose.ts';
import { StreamShare } from './stream-share.ts';

type Listen = ConstructorParameters<typeof StreamShare>[0]['listen'];

function setUp(): { share: StreamShare; send: (rev: number) => void; open: () => number } {
  const sinks: ((item: { rev: number }) => void)[] = [];
  const listen = ((_name: string, _args: unknown, onItem: (item: { rev: number }) => void) => {
    sinks.push(onItem);
    return disposable(() => sinks.splice(sinks.indexOf(onItem), 1));
  }) as unknown as Listen;
  return {
    share: new StreamShare({ listen }),
    send: (rev) => [...sinks].forEach((sink) => sink({ rev })),
    open: () => sinks.length,
  };
}

describe('one subscription for all who look', () => {
  it('opens once, tells everybody, gives late comers the newest item, and ends with the last', () => {
    const { share, send, open } = setUp();
    const seen: string[] = [];
    const first = share.listen('leads.changed', null, ({ rev }) => seen.push(`a${rev}`));
    send(1);
    const second = share.listen('leads.changed', null, ({ rev }) => seen.push(`b${rev}`));
    expect(open()).toBe(1);
    send(2);
    first.dispose();
    send(3);
    expect(seen).toEqual(['a1', 'b1', 'a2', 'b2', 'b3']);
    second.dispose();
    expect(open()).toBe(0);
  });

  it('starts anew after the last one left', () => {
    const { share, send, open } = setUp();
    share.listen('leads.changed', null, () => undefined).dispose();
    const seen: number[] = [];
    share.listen('leads.changed', null, ({ rev }) => seen.push(rev));
    send(7);
    expect(seen).toEqual([7]);
    expect(open()).toBe(1);
  });
});
