import { describe, expect, it } from 'vitest';
import { CallsDesk } from './testing/calls-desk.ts';

// What the company has decided, at the one gate that every dial goes through.

describe('a number on a list of the company', () => {
  const refused = { code: 'gate.blacklisted', details: { reason: '投诉' } };

  it('is dialled on no channel, in no form, and leaves no record', async () => {
    const desk = new CallsDesk();
    desk.listed.set('+8615400000137', { list: 'blacklist', reason: '投诉' });
    for (const number of ['154 0000 0137', '+86 15400000137', '０１５４０００００１３７'])
      for (const channel of ['desk-phone', 'sip'] as const)
        await expect(desk.dial(number, channel === 'sip' ? { channel } : {})).rejects.toMatchObject(refused);
    expect([desk.phone.dialled, desk.sip.dialled, desk.enqueued]).toEqual([[], [], []]);
    desk.listed.clear();
    await desk.dial('154 0000 0137');
    expect(desk.phone.dialled).toHaveLength(1);
  });

  it('is refused before the hours are looked at: tomorrow it would be refused too', async () => {
    const desk = new CallsDesk();
    desk.callWithin({ startMinute: 0, endMinute: 0 });
    desk.listed.set('+8615400000137', { list: 'invalid', reason: '' });
    await expect(desk.dial('15400000137')).rejects.toMatchObject({ code: 'gate.number-invalid' });
  });
});

describe('calls of a company that records none', () => {
  it('are not recorded, and what the company says while one runs holds from the next on', async () => {
    const desk = new CallsDesk();
    desk.rules = { ...desk.rules, record: false };
    await desk.talk();
    desk.rules = { ...desk.rules, record: true };
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(desk.recording.told).toEqual([]);
    await desk.talk();
    desk.rules = { ...desk.rules, record: false };
    desk.context.clock.advance(5000);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(desk.recording.told).toEqual(['start 0', 'finish 5000']);
  });
});
