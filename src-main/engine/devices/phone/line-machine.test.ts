import { beforeEach, describe, expect, it } from 'vitest';
import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import type { CallRow } from '../at/answers.ts';
import { parseCallReport } from '../at/call-reports.ts';
import { nextLine } from './line-machine.ts';
import { nextLookMs } from './line-pace.ts';
import { emptyLine, type Instant, type Line, type LineInput, type LineOutput, type LineRules } from './line-state.ts';

const number = '15400000137';
const caller = '15400000999';
const other = '15400000555';
const t = (mono: number): Instant => ({ mono, wall: mono });
const out = (status: CallRow['status'], to: string | null = number, index = 1): CallRow => ({
  index,
  outgoing: true,
  status,
  mode: 0,
  number: to,
});
const inc = (status: CallRow['status'], from: string | null = caller, index = 1): CallRow => ({
  ...out(status, from, index),
  outgoing: false,
});

describe('line machine', () => {
  let line: Line;
  let told: { at: number; id: string; event: ChannelEvent; stamp: Stamp }[];
  let rang: Extract<LineOutput, { type: 'incoming' }>[];
  let looks: number;
  let asked: string[];

  const setUp = (rules: Partial<LineRules> = {}): void => {
    line = emptyLine({ reportsName: false, showsAnswers: true, ...rules });
    told = [];
    rang = [];
    looks = 0;
    asked = [];
  };
  beforeEach(() => setUp());

  const take = (input: LineInput, at = 0): void => {
    const step = nextLine(line, input);
    line = step.line;
    for (const output of step.outputs) {
      if (output.type === 'event') told.push({ at, ...output });
      else if (output.type === 'incoming') rang.push(output);
      else if (output.type === 'look') looks += 1;
      else asked.push(output.id);
    }
  };
  const list = (at: number, ...rows: CallRow[]): void =>
    take({ type: 'list', rows, asked: t(at), answered: t(at) }, at);
  const say = (at: number, text: string): void => {
    const report = parseCallReport(text, [0]);
    if (!report) throw new Error(`not a report: ${text}`);
    take({ type: 'report', report, at: t(at) }, at);
  };
  const dial = (at = 0, id = 'c1', to = number): void => {
    take({ type: 'dial', id, number: to, at: t(at) }, at);
    take({ type: 'dial-accepted', id, at: t(at) }, at);
  };
  const talk = (): void => {
    dial();
    list(100, out('active'));
  };
  const types = (id = 'c1'): string[] => told.filter((item) => item.id === id).map(({ event }) => event.type);
  const endOf = (id = 'c1'): { cause: string; stamp: Stamp } | null => {
    const found = told.find((item) => item.id === id && item.event.type === 'ended');
    return found?.event.type === 'ended' ? { cause: found.event.cause, stamp: found.stamp } : null;
  };

  it('looks at once when a report comes, and not for one that is about no call of ours', () => {
    say(0, 'NO CARRIER');
    expect(looks).toBe(0);
    say(0, 'RING');
    expect(looks).toBe(1);
    talk();
    const before = looks;
    say(200, '+CSSU: 2');
    expect(looks).toBe(before + 1);
  });

  it('case 15: a final of ATD ends the call by its cause once the list agrees, never answered', () => {
    take({ type: 'dial', id: 'c1', number, at: t(0) });
    take({ type: 'dial-refused', id: 'c1', cause: 'busy', at: t(50) });
    list(60);
    expect([types(), endOf()?.cause, asked]).toEqual([['ended'], 'busy', []]);
  });

  it('case 16: NO CARRIER before the OK ends this call, and the OK does not revive it', () => {
    take({ type: 'dial', id: 'c1', number, at: t(0) });
    take({ type: 'dial-refused', id: 'c1', cause: null, at: t(50) });
    take({ type: 'dial-accepted', id: 'c1', at: t(55) });
    list(60);
    expect(asked).toEqual(['c1']);
    take({ type: 'cause-read', id: 'c1', cause: 'unreachable' });
    take({ type: 'dial-accepted', id: 'c1', at: t(70) });
    list(80);
    expect([types(), endOf()?.cause]).toEqual([['ended'], 'unreachable']);
  });

  it('case 17: a late NO CARRIER of the call before does not end the new one, even before it is listed', () => {
    dial(1000, 'c2');
    say(1010, 'NO CARRIER');
    list(1020);
    list(1200);
    list(1290, out('dialing'));
    list(3000, out('alerting'));
    expect(types('c2')).toEqual(['accepted', 'dialing', 'alerting']);
    // Seen by then, and a word that comes while the list still has it is dropped, not kept.
    say(3100, 'BUSY');
    list(3110, out('alerting'));
    list(3600);
    expect(endOf('c2')).toBeNull();
  });

  it('case 17: where reports carry the number of the call, bare words are not believed', () => {
    setUp({ reportsName: true });
    talk();
    say(200, 'NO CARRIER');
    list(210);
    expect(endOf()).toBeNull();
    say(220, `^DSCI: 1,0,6,0,${number},129`);
    list(230);
    expect(endOf()).toMatchObject({ cause: 'remote-hang-up', stamp: { mono: 220, source: 'urc' } });
  });

  it('case 19: an answer without alerting counts, straight from dialing or from nothing', () => {
    dial();
    list(500, out('active'));
    expect(types()).toEqual(['accepted', 'answered']);
    expect(told[1]?.stamp).toMatchObject({ mono: 250, precisionMs: 250, source: 'clcc' });
  });

  it('case 20: a modem that cannot show answers is in progress, never answered, and ends by its word', () => {
    setUp({ showsAnswers: false });
    dial();
    list(500, out('active'));
    take({ type: 'list-failed', refused: true, at: t(1000) });
    expect(types()).toEqual(['accepted', 'in-progress']);
    say(5000, 'NO CARRIER');
    take({ type: 'list-failed', refused: false, at: t(5010) });
    expect(endOf()).toBeNull();
    take({ type: 'list-failed', refused: true, at: t(5020) });
    expect(endOf()).toMatchObject({ cause: 'remote-hang-up', stamp: { mono: 5000 } });
  });

  it('case 21: a double hang-up and the customer hanging up meanwhile are one end, and ours', () => {
    talk();
    take({ type: 'hang-up-asked', id: 'c1' });
    take({ type: 'hang-up-asked', id: 'c1' });
    say(210, 'NO CARRIER');
    take({ type: 'hang-up-accepted', id: 'c1', at: t(220) });
    list(230);
    list(900);
    expect(types()).toEqual(['accepted', 'answered', 'ended']);
    expect(endOf()?.cause).toBe('local-hang-up');
  });

  it('case 22: a remote hang-up without a word is the middle of two looks, give or take half', () => {
    talk();
    list(1600, out('active'));
    list(3100);
    expect(endOf()).toBeNull();
    list(3400);
    expect(endOf()).toMatchObject({ cause: 'remote-hang-up', stamp: { mono: 2350, precisionMs: 750, source: 'clcc' } });
  });

  it('case 24: an OK to the hang-up proves nothing while the list has the call', () => {
    talk();
    take({ type: 'hang-up-asked', id: 'c1' });
    take({ type: 'hang-up-accepted', id: 'c1', at: t(200) });
    list(300, out('active'));
    list(2300, out('active'));
    expect(endOf()).toBeNull();
    list(2600);
    expect(endOf()?.cause).toBe('local-hang-up');
  });

  it('case 27: two calls change places in the list, and each stays who it is', () => {
    talk();
    say(300, `+CCWA: "${caller}",129,1`);
    list(310, out('active', number, 1), inc('waiting', caller, 2));
    list(800, inc('active', caller, 1), out('held', number, 2));
    expect(types('c1')).toEqual(['accepted', 'answered', 'held']);
    expect(types('incoming-1')).toEqual(['answered']);
    // The first is over and the modem numbers anew.
    list(2000, inc('active', caller, 1));
    list(2300, inc('active', caller, 1));
    expect(endOf('c1')?.cause).toBe('remote-hang-up');
    expect(line.calls).toMatchObject([{ id: 'incoming-1', index: 1, phase: 'active' }]);
  });

  it('case 27: the same caller who rings again is another call', () => {
    say(0, 'RING');
    list(10, inc('incoming'));
    list(500, inc('active'));
    list(2000, inc('incoming'));
    list(2400, inc('incoming'));
    expect(rang.map(({ id }) => id)).toEqual(['incoming-1', 'incoming-2']);
    expect(endOf('incoming-1')?.cause).toBe('remote-hang-up');
    expect(line.calls).toMatchObject([{ id: 'incoming-2', phase: 'incoming' }]);
  });

  describe('case 28: the bell', () => {
    it('makes one call, whose number may come late', () => {
      say(0, 'RING');
      list(10, inc('incoming', null));
      say(200, `+CLIP: "${caller}",129,,,,0`);
      say(4000, 'RING');
      say(4001, `+CLIP: "${caller}",129,,,,0`);
      list(4010, inc('incoming'));
      expect(rang).toMatchObject([
        { id: 'incoming-1', number: null, waiting: false, stamp: { mono: 0, source: 'urc' } },
        { id: 'incoming-1', number: caller },
      ]);
    });

    it('that means only "something changed" makes none', () => {
      talk();
      say(1000, 'RING');
      list(1010, out('active'));
      take({ type: 'list-failed', refused: false, at: t(20_000) });
      expect(rang).toEqual([]);
    });

    it('of a caller who withholds the number', () => {
      say(0, '+CRING: VOICE');
      say(1, '+CLIP: "",128,,,,1');
      list(10, inc('incoming', null));
      list(5000, inc('incoming', null));
      expect(rang).toHaveLength(1);
      expect(rang[0]?.number).toBeNull();
    });

    it('creates the call where the list cannot be had, and ten silent seconds make it a missed one', () => {
      say(0, 'RING');
      say(1, `+CLIP: "${caller}",129`);
      take({ type: 'list-failed', refused: true, at: t(10) });
      expect(rang).toMatchObject([{ number: caller, stamp: { mono: 0 } }]);
      say(4000, 'RING');
      take({ type: 'list-failed', refused: true, at: t(13_900) });
      expect(endOf('incoming-1')).toBeNull();
      list(14_100);
      expect(endOf('incoming-1')).toBeNull();
      list(14_500);
      expect(endOf('incoming-1')?.cause).toBe('remote-hang-up');
    });

    it('is over when the list, which had the call, has it no more', () => {
      say(0, 'RING');
      list(10, inc('incoming'));
      list(510);
      list(900);
      expect(endOf('incoming-1')).toMatchObject({ cause: 'remote-hang-up', stamp: { mono: 260, precisionMs: 250 } });
      expect(nextLookMs(line, t(900), 1)).toBeNull();
    });
  });

  it('case 29: a waiting caller who gives up is missed, the active call untouched', () => {
    talk();
    say(1000, `+CCWA: "${caller}",129,1`);
    list(1010, out('active'), inc('waiting', caller, 2));
    expect(rang).toMatchObject([{ number: caller, waiting: true }]);
    list(2000, out('active'));
    list(2400, out('active'));
    expect(endOf('incoming-1')?.cause).toBe('remote-hang-up');
    expect(types('c1')).toEqual(['accepted', 'answered']);
  });

  it('a bare NO CARRIER beside two calls ends the one that is gone', () => {
    talk();
    list(1010, out('active'), inc('waiting', caller, 2));
    say(1500, 'NO CARRIER');
    list(1510, out('active'));
    expect(endOf('incoming-1')).toMatchObject({ stamp: { mono: 1500, source: 'urc' } });
    list(3000, out('active'));
    expect(endOf('c1')).toBeNull();
  });

  it('a report that says "answered" dates the answer, the list confirms it', () => {
    dial();
    list(500, out('alerting'));
    say(700, `^DSCI: 1,0,3,0,${number},129`);
    expect(types()).not.toContain('answered');
    expect(nextLookMs(line, t(700), 5)).toBe(200);
    list(720, out('alerting'));
    list(900, out('active'));
    expect(told.at(-1)).toMatchObject({
      event: { type: 'answered' },
      stamp: { mono: 700, source: 'urc', precisionMs: 20 },
    });
  });

  it('a report of an answer that no list confirms is forgotten', () => {
    dial();
    list(500, out('alerting'));
    say(700, 'VOICE CALL: BEGIN');
    for (let at = 720; at < 2500; at += 200) list(at, out('alerting'));
    list(9_000, out('alerting'));
    list(9_200, out('active'));
    expect(told.at(-1)?.stamp).toMatchObject({ mono: 9_100, source: 'clcc' });
  });

  it('a report about another call dates nothing here', () => {
    talk();
    list(1010, out('active', number, 1), inc('waiting', caller, 2));
    say(2000, `^DSCI: 2,1,6,0,${caller},129`);
    list(2010, inc('waiting', caller, 2), out('active', number, 1));
    expect([endOf('c1'), endOf('incoming-1')]).toEqual([null, null]);
  });

  it('what the handset dials by itself is not ours', () => {
    list(100, out('active', other));
    expect([told, rang, line.calls]).toEqual([[], [], []]);
  });
});
