import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import type { Problem } from '#shared/desk-contract/areas/common.ts';
import { wideCaps } from '#tests/support/wide-caps.ts';
import { cardHistoryMs } from '#shared/domain/sim-governor.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { CallsDesk } from './testing/calls-desk.ts';

const minute = 60_000;
const hour = 60 * minute;

let numbers = 0;
const someone = (): string => `154${String((numbers += 1)).padStart(8, '0')}`;

/** A dial that is over at once: busy. */
async function dial(desk: CallsDesk, more: { slot?: number; number?: string } = {}): Promise<string> {
  const callId = await desk.dial(more.number ?? someone(), more.slot === undefined ? {} : { slot: more.slot });
  desk.phone.happen({ type: 'ended', cause: 'busy' });
  return callId;
}

async function refusal(work: Promise<unknown>): Promise<Problem | string> {
  try {
    await work;
    return 'no refusal';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, details: error.details };
  }
}

const card = (n: number): string => `8986010000000000000${n}`;
const slotOf = async (desk: CallsDesk, callId: string): Promise<unknown[]> => {
  const { slot, slotReason } = await desk.get(callId);
  return [slot, slotReason];
};

describe('the governor before a dial', () => {
  it('refuses a spent card with rule, numbers, time and a way on; nothing is dialled or written', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, perHour: 2 };
    await dial(desk);
    desk.context.clock.advance(10 * minute);
    await dial(desk);
    const nextAt = desk.context.clock.now() + 50 * minute;
    expect(await refusal(desk.dial(someone()))).toEqual({
      code: 'sim.cap-hour',
      details: { count: 2, slot: 1, nextAt, other: 2 },
    });
    expect(desk.phone.dialled).toHaveLength(2);
    expect(desk.database.read.all('SELECT id FROM call')).toHaveLength(2);
    expect(await slotOf(desk, await dial(desk, { slot: 2 }))).toEqual([2, 'manual']);
    desk.context.clock.advance(50 * minute);
    expect(await slotOf(desk, await dial(desk))).toEqual([1, 'manual']);
  });

  it.each([
    [{ perDay: 1 }, 'sim.cap-day'],
    [{ gapSeconds: 120 }, 'sim.gap'],
  ])('holds %j', async (caps, code) => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, ...caps };
    await dial(desk);
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code, details: { slot: 1, other: 2 } });
  });

  it('holds the talk budget of the day, by the call machine', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, talkMinutesPerDay: 1 };
    await desk.talk(someone());
    desk.context.clock.advance(minute);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code: 'sim.cap-talk', details: { minutes: 1 } });
    expect(desk.calls.useOfSlots()[0]).toMatchObject({ todayTalkMs: minute, use: { talkCapMs: minute } });
  });

  it('rests after a streak of failed and short calls, device refusals among them', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, streak: 3, coolDownMinutes: 30 };
    await desk.talk(someone());
    desk.context.clock.advance(3000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    desk.phone.dialRefusal = new AppError('phone.refused');
    await refusal(desk.dial(someone()));
    desk.phone.dialRefusal = null;
    await desk.dial(someone());
    desk.phone.happen({ type: 'ended', cause: 'network-failure' });
    const until = desk.context.clock.now() + 30 * minute;
    expect(await refusal(desk.dial(someone()))).toEqual({
      code: 'sim.cooling',
      details: { count: 3, minutes: 30, slot: 1, nextAt: until, other: 2 },
    });
    expect(desk.calls.useOfSlots()[0]).toMatchObject({
      todayDials: 2,
      use: { verdict: 'sim.cooling', coolingUntil: until, nextAt: until },
    });
    desk.context.clock.advance(30 * minute);
    await dial(desk);
  });

  it('rotates over spent cards, and tells the first that is free again when all are spent', async () => {
    const desk = new CallsDesk();
    desk.settings = { ...desk.settings, simPolicy: 'rotate', simCaps: { ...wideCaps, gapSeconds: 300 } };
    const used: unknown[] = [];
    const first = desk.context.clock.now();
    for (let n = 0; n < 5; n += 1) {
      used.push((await slotOf(desk, await dial(desk)))[0]);
      desk.context.clock.advance(minute / 2);
    }
    expect(used).toEqual([1, 2, 3, 4, 5]);
    expect(await refusal(desk.dial(someone()))).toEqual({
      code: 'sim.all-spent',
      details: { count: 5, slot: 1, nextAt: first + 5 * minute, switchTo: null },
    });
    desk.settings.simPolicy = 'manual';
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code: 'sim.all-spent' });
  });

  it('never refuses and never counts an emergency call, and lets any card make it', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, perHour: 1, gapSeconds: 3600 };
    await dial(desk);
    const before = desk.calls.useOfSlots();
    for (const number of ['110', '119', '120', '120', '120', '120'])
      expect(await slotOf(desk, await dial(desk, { number }))).toEqual([1, 'emergency']);
    expect(desk.calls.useOfSlots()).toEqual(before);
    desk.phone.obstacles.set(1, new AppError('sim.failed', { slot: 1 }));
    expect(await slotOf(desk, await dial(desk, { number: '120' }))).toEqual([2, 'emergency']);
    for (const slot of [2, 3, 4, 5]) desk.phone.obstacles.set(slot, new AppError('sim.absent', { slot }));
    // A network takes it without a card too (TS 22.101 §10.1); without a modem nothing can.
    expect(await slotOf(desk, await dial(desk, { number: '120' }))).toEqual([1, 'emergency']);
    for (const slot of [1, 2, 3, 4, 5]) desk.phone.obstacles.set(slot, new AppError('phone.lost', { slot }));
    expect(await refusal(desk.dial('120'))).toEqual({ code: 'phone.lost', details: { slot: 1 } });
  });

  it('leaves what it saw with the call, without the identity of the card', async () => {
    const desk = new CallsDesk();
    await dial(desk);
    const callId = await dial(desk);
    const [placed] = desk.database.read.all<{ details: string }>(
      `SELECT details FROM call_event WHERE event = 'placed' AND call_id = ?`,
      [callId],
    );
    expect(JSON.parse(placed?.details ?? '')).toMatchObject({
      kind: 'mobile',
      sim: { slot: 1, reason: 'manual', countedBy: 'card', dialsThisHour: 1, dialsToday: 1, caps: wideCaps },
    });
    expect(placed?.details).not.toContain(card(1));
    const { checks } = await desk.ask('calls.checks', { id: callId });
    expect(checks).toContainEqual({ rule: 'frequent', values: { count: 0, limit: 3 } });
    expect(checks.at(-1)).toMatchObject({ rule: 'card', values: { slot: 1, dialsThisHour: 1, dialsToday: 1 } });
    expect(desk.context.logLines.join()).not.toContain(card(1));
  });

  it("tells the phone's own trouble before anything of sample data, never the governor's", async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, gapSeconds: 3600 };
    await dial(desk);
    desk.lineIsReal = true;
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code: 'gate.sample-data' });
  });
});

describe('counters', () => {
  it('case 33: a different ICCID in the same slot inherits neither calls nor caps, and the old card has them where it goes', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, perHour: 1 };
    desk.capsOf.set(card(1), { ...wideCaps, perHour: 2 });
    await dial(desk, { slot: 1 });
    await dial(desk, { slot: 1 });
    expect(await refusal(desk.dial(someone(), { slot: 1 }))).toMatchObject({
      code: 'sim.cap-hour',
      details: { count: 2 },
    });
    desk.phone.cards.set(1, card(9)).set(2, card(1));
    expect(desk.calls.useOfSlots().slice(0, 2)).toMatchObject([
      { todayDials: 0, use: { hourCap: 1, verdict: null } },
      { todayDials: 2, use: { hourCap: 2, verdict: 'sim.cap-hour' } },
    ]);
    await dial(desk, { slot: 1 });
    expect(await refusal(desk.dial(someone(), { slot: 1 }))).toMatchObject({ details: { count: 1 } });
    expect(await refusal(desk.dial(someone(), { slot: 2 }))).toMatchObject({ details: { count: 2 } });
  });

  it('survive a restart of the engine', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, perHour: 1 };
    await dial(desk);
    const next = new CallsDesk(desk.database, desk.context, desk.dials);
    next.settings.simCaps = desk.settings.simCaps;
    await next.calls.start();
    expect(await refusal(next.dial(someone()))).toMatchObject({ code: 'sim.cap-hour' });
  });

  it('are the card’s, whoever of the desk’s people dials: caps, choice and chips', async () => {
    const early = new CallsDesk();
    early.settings.simCaps = { ...wideCaps, perHour: 2 };
    await dial(early, { slot: 1 });
    await early.talk(someone());
    early.context.clock.advance(minute);
    early.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await dial(early, { slot: 2 });

    const late = new CallsDesk(testDatabase(), early.context, early.dials);
    late.settings = { ...late.settings, simCaps: early.settings.simCaps, simPolicy: 'least-used' };
    await late.calls.start();
    expect(late.calls.useOfSlots().slice(0, 3)).toMatchObject([
      { todayDials: 2, todayTalkMs: minute, use: { dialsThisHour: 2, verdict: 'sim.cap-hour' } },
      { todayDials: 1, todayTalkMs: 0, use: { dialsThisHour: 1, verdict: null } },
      { todayDials: 0 },
    ]);
    expect(await refusal(late.dial(someone(), { slot: 1 }))).toMatchObject({
      code: 'sim.cap-hour',
      details: { count: 2 },
    });
    const used: unknown[] = [];
    for (let n = 0; n < 4; n += 1) used.push((await slotOf(late, await dial(late)))[0]);
    expect(used).toEqual([3, 4, 5, 2]);
    expect(await refusal(early.dial(someone(), { slot: 2 }))).toMatchObject({ code: 'sim.cap-hour' });
    // Each has their own records all the same.
    expect(late.database.read.all('SELECT id FROM call')).toHaveLength(4);
  });

  it('take over the calls of the last 50 hours at the first start, emergency calls and calls that came in left out', async () => {
    const before = new CallsDesk();
    before.settings.simCaps = { ...wideCaps, perDay: 3 };
    await dial(before);
    before.context.clock.advance(cardHistoryMs);
    for (const number of [someone(), someone(), '120']) await dial(before, { number });
    before.phone.ring(before.context.newId());
    const after = new CallsDesk(before.database, before.context);
    expect(after.calls.useOfSlots()[0]).toMatchObject({ todayDials: 0 });
    await after.calls.start();
    expect(after.calls.useOfSlots()[0]).toMatchObject({ todayDials: 2 });
    expect(after.dials.of(card(1), 0)).toHaveLength(2);
    expect(after.dials.of(card(1), 0)).toEqual(before.dials.of(card(1), before.context.clock.now() - hour));
  });

  it('are charged before the call has its row, and taken back where it gets none', async () => {
    const desk = new CallsDesk();
    const { write } = desk.database;
    const charged: number[] = [];
    const insert = write.transaction.bind(write);
    write.transaction = (work) => {
      charged.push(desk.dials.of(card(1), 0).length);
      return insert(work);
    };
    desk.phone.beforeDial = () => Promise.resolve(void charged.push(desk.dials.of(card(1), 0).length));
    await desk.dial(someone());
    expect(charged.slice(0, 2)).toEqual([1, 1]);
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    write.transaction = () => {
      throw new AppError('disk.full');
    };
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code: 'disk.full' });
    expect(desk.dials.of(card(1), 0)).toHaveLength(1);
  });

  it('of a call that is taken over after a crash are charged once, with its end', async () => {
    const before = new CallsDesk();
    const callId = await before.talk(someone());
    const after = new CallsDesk(before.database, before.context, before.dials);
    after.phone.carried = [callId];
    await after.calls.start();
    expect(after.calls.useOfSlots()[0]).toMatchObject({ todayDials: 1, todayTalkMs: 0 });
    after.context.clock.advance(minute);
    after.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, callId);
    expect(after.calls.useOfSlots()[0]).toMatchObject({ todayDials: 1, todayTalkMs: minute });
  });

  it('of a card that cannot be told belong to its holder, say so, and are inherited by nobody', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, perHour: 1 };
    desk.phone.cards.set(1, null);
    const callId = await dial(desk);
    expect(desk.calls.useOfSlots()[0]).toMatchObject({ todayDials: 1, use: { countedBy: 'slot' } });
    expect(await refusal(desk.dial(someone()))).toMatchObject({ code: 'sim.cap-hour' });
    desk.phone.cards.set(1, card(1));
    expect(desk.calls.useOfSlots()[0]).toMatchObject({ todayDials: 0, use: { countedBy: 'card' } });
    const rows = desk.database.read.all('SELECT iccid FROM call WHERE id = ?', [callId]);
    expect(rows).toEqual([{ iccid: 'slot:1' }]);
  });

  it('are shown for cards that are there: an empty holder and one that is not known yet have none', () => {
    const desk = new CallsDesk();
    const { state } = desk.phone;
    const conditions = ['ready', 'absent', 'unknown', 'pin-required', 'roaming'] as const;
    desk.phone.state = {
      ...state,
      slots: state.slots.map((slot, index) => ({ ...slot, condition: conditions[index] ?? 'ready' })),
    };
    expect(desk.calls.useOfSlots().map(({ slot }) => slot)).toEqual([1, 4, 5]);
  });

  it('do not hold what another desk told the cloud', async () => {
    const desk = new CallsDesk();
    const callId = await dial(desk);
    const row = desk.calls.cloud.row(callId, null);
    if (!row) throw new Error('no row');
    const other = new CallsDesk();
    other.calls.cloud.upsert(row);
    expect(other.calls.useOfSlots()[0]).toMatchObject({ todayDials: 0 });
  });

  it('look as far back as a verdict does', async () => {
    const desk = new CallsDesk();
    desk.settings.simCaps = { ...wideCaps, streak: 1, coolDownMinutes: 1440 };
    await desk.dial(someone());
    desk.phone.happen({ type: 'ended', cause: 'unreachable' });
    desk.context.clock.advance(24 * hour - 1);
    expect(desk.calls.useOfSlots()[0]?.use.verdict).toBe('sim.cooling');
    desk.context.clock.advance(1);
    expect(desk.calls.useOfSlots()[0]?.use.verdict).toBeNull();
    expect(cardHistoryMs).toBeGreaterThan(24 * hour);
  });
});

describe('which card', () => {
  it('老客户同卡: the card that this number saw last, in whatever slot it is now', async () => {
    const desk = new CallsDesk();
    const number = '15400000137';
    await dial(desk, { number, slot: 3 });
    desk.settings.simPolicy = 'same-card';
    expect(await slotOf(desk, await dial(desk, { number }))).toEqual([3, 'same-card']);
    desk.phone.cards.set(3, card(7)).set(5, card(3));
    expect(await slotOf(desk, await dial(desk, { number }))).toEqual([5, 'same-card']);
    expect(await slotOf(desk, await dial(desk))).toEqual([1, 'same-card-new']);
  });

  it('老客户同卡 takes no holder for a card', async () => {
    const desk = new CallsDesk();
    const number = '15400000137';
    desk.phone.cards.set(3, null);
    await dial(desk, { number, slot: 3 });
    desk.settings.simPolicy = 'same-card';
    expect((await slotOf(desk, await dial(desk, { number })))[1]).toBe('same-card-new');
  });

  describe('号码归属地优先', () => {
    const area: Record<number, string> = { 1_540_000: '0571', 1_541_000: '0731' };
    /** 杭州, and 湘潭 by its code of before. */
    const [hangzhou, xiangtan] = ['+8615400000137', '+8615410000137'];
    function localDesk(): CallsDesk {
      const desk = new CallsDesk();
      desk.settings.simPolicy = 'local-first';
      desk.heads = {
        find: (head) => (area[head] ? { province: '示例省', city: '', areaCode: area[head], kind: 1 } : null),
      };
      return desk;
    }

    it('takes a card whose own number is of the callee’s area, be it a mobile or a landline', async () => {
      const desk = localDesk();
      desk.ownNumbers.set(card(2), xiangtan).set(card(4), hangzhou);
      for (const [number, slot] of [
        ['15400000999', 4],
        ['0571-88880000', 4],
        ['15410000999', 2],
        ['0731-88880000', 2], // 长沙 shares the code with 湘潭
      ] as const)
        expect(await slotOf(desk, await dial(desk, { number }))).toEqual([slot, 'local-first']);
    });

    it('takes what the card itself says where nobody has typed its number', async () => {
      const desk = localDesk();
      const slots = desk.phone.state.slots.map((one) => (one.slot === 3 ? { ...one, ownNumber: hangzhou } : one));
      desk.phone.state = { ...desk.phone.state, slots };
      expect(await slotOf(desk, await dial(desk, { number: '15400000999' }))).toEqual([3, 'local-first']);
    });

    it('rotates where no card is from there, or nothing is known, and says which', async () => {
      const desk = localDesk();
      expect(await slotOf(desk, await dial(desk, { number: '15400000999' }))).toEqual([1, 'local-unknown']);
      desk.ownNumbers.set(card(4), hangzhou);
      expect(await slotOf(desk, await dial(desk, { number: '02188880000' }))).toEqual([2, 'local-none']);
      expect(await slotOf(desk, await dial(desk, { number: '4008880000' }))).toEqual([3, 'local-unknown']);
    });

    it('a record tells the place of its number, as it is known when it is looked at', async () => {
      const desk = localDesk();
      const id = await dial(desk, { number: '15400000999' });
      expect((await desk.get(id)).place).toMatchObject({ areaCode: '0571', operator: 'china-mobile' });
      desk.heads = { find: () => null };
      expect((await desk.get(id)).place).toBeNull();
    });
  });

  it('最少使用: the card with the fewest dials today', async () => {
    const desk = new CallsDesk();
    for (const slot of [1, 2, 3, 5, 1]) await dial(desk, { slot });
    desk.settings.simPolicy = 'least-used';
    expect(await slotOf(desk, await dial(desk))).toEqual([4, 'least-used']);
  });
});
