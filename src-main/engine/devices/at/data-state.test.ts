import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { DataModem } from '#tests/support/data-modem.ts';
import { failure, pass, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from './at-session.ts';

const silenceMs = 1_000;
const upload = (bytes: Uint8Array) =>
  ({ text: `AT+QFUPL="a",${bytes.length}`, prefix: '+QFUPL', priority: 'info', data: { bytes, silenceMs } }) as const;
const sample = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 0xff);

describe('raw bytes behind a command', () => {
  let clock: ManualClock;
  let modem: DataModem;
  let session: AtSession;
  const open = (cut?: () => number): void => {
    clock = new ManualClock();
    modem = new DataModem(cut);
    session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  };
  const alive = async (): Promise<void> => {
    expect(await session.send({ text: 'AT+CSQ', priority: 'info' })).toEqual([]);
  };
  beforeEach(() => open());

  it('are written after CONNECT, all of them and nothing else, and the answer is what follows', async () => {
    const bytes = sample(10_000);
    const answer = session.send(upload(bytes));
    const next = session.send({ text: 'AT+CSQ', priority: 'info' });
    expect(await answer).toEqual(['+QFUPL: 10000,0000']);
    expect(modem.data).toEqual([...bytes]);
    await next;
    expect(modem.lines).toEqual(['AT+QFUPL="a",10000', 'AT+CSQ']);
  });

  it('arrive exact with echo, reports in between and any chunking of what the modem says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20_000 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2_900 }),
        async (size, cuts, echo, lateMs) => {
          let turn = 0;
          open(() => cuts[(turn += 1) % cuts.length] ?? 1);
          modem.echo = echo;
          modem.mute = lateMs > 0;
          const bytes = sample(size);
          const answer = session.send(upload(bytes));
          answer.catch(() => undefined);
          await settle();
          if (lateMs > 0) {
            await pass(clock, lateMs, 100);
            expect(modem.data).toEqual([]);
            modem.say('+CREG: 1');
            modem.expect(size);
          }
          await settle();
          modem.mute = false;
          expect(await answer).toEqual([`+QFUPL: ${size},0000`]);
          expect(modem.data).toEqual([...bytes]);
          await alive();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are not written where the modem refuses', async () => {
    modem.instead = ['+CME ERROR: 403'];
    const error = await failure(session.send(upload(sample(500))));
    expect([error.code, error.details['cme']]).toEqual(['phone.refused', 403]);
    expect(modem.data).toEqual([]);
    await alive();
    modem.instead = ['OK'];
    expect(await session.send(upload(sample(500)))).toEqual([]);
    expect(modem.data).toEqual([]);
  });

  it('stop when something urgent waits longer than a second, and it goes out when the modem has given up', async () => {
    modem.stuck = true;
    const broken = failure(session.send(upload(sample(50_000))));
    await settle();
    const dial = session.send({ text: 'ATD15400000137;', priority: 'call' });
    await pass(clock, 990);
    modem.letGo();
    modem.stuck = true;
    await pass(clock, 20);
    const written = modem.data.length;
    modem.letGo();
    await pass(clock, silenceMs - 100);
    expect(modem.data).toHaveLength(written);
    expect(modem.lines).toEqual(['AT+QFUPL="a",50000']);
    modem.giveUp();
    expect((await broken).code).toBe('cancelled');
    await pass(clock, 700);
    await dial;
    expect(modem.lines).toEqual(['AT+QFUPL="a",50000', 'AT', 'ATD15400000137;']);
    expect(clock.mono()).toBeLessThanOrEqual(2_700);
  });

  it('are finished first where that takes less than a second', async () => {
    modem.stuck = true;
    const bytes = sample(5_000);
    const answer = session.send(upload(bytes));
    await settle();
    const dial = session.send({ text: 'ATD15400000137;', priority: 'call' });
    await pass(clock, 500);
    modem.letGo();
    expect(await answer).toEqual(['+QFUPL: 5000,0000']);
    await dial;
    expect(modem.data).toEqual([...bytes]);
  });

  it('are not begun in earnest when something urgent waited for CONNECT already', async () => {
    modem.mute = true;
    const broken = failure(session.send(upload(sample(50_000))));
    await settle();
    void session.send({ text: 'ATD15400000137;', priority: 'call' });
    modem.stuck = true;
    modem.mute = false;
    modem.expect(50_000);
    await pass(clock, 1_010);
    modem.letGo();
    await settle();
    modem.giveUp();
    expect((await broken).code).toBe('cancelled');
    expect(modem.data.length).toBeLessThan(10_000);
  });

  it('a line too slow for them is left after 15 s, a modem that never answers after 3 s more', async () => {
    modem.stuck = true;
    const slow = failure(session.send(upload(sample(50_000))));
    await settle();
    await pass(clock, 15_010, 100);
    modem.letGo();
    modem.giveUp();
    expect((await slow).code).toBe('cancelled');
    await pass(clock, 700);
    await alive();

    const silent = failure(session.send({ ...upload(sample(500)), text: 'AT+QFUPL="a",501' }));
    await pass(clock, 3_010, 10);
    expect((await silent).code).toBe('phone.not-answering');
    modem.giveUp();
    await pass(clock, 2_000);
    await alive();
  });

  it('a modem that gives up in the middle gets no more of them, and its half line is cleared by AT', async () => {
    modem.stuck = true;
    const refused = failure(session.send(upload(sample(50_000))));
    await settle();
    modem.giveUp();
    expect((await refused).details['cme']).toBe(421);
    const written = modem.data.length;
    modem.letGo();
    await pass(clock, 800);
    expect(modem.data).toHaveLength(written);
    expect(modem.lines.at(-1)).toBe('AT');
    await alive();
  });

  it('after a CONNECT that comes too late nothing is written until the modem has given up', async () => {
    modem.mute = true;
    const late = failure(session.send(upload(sample(500))));
    await pass(clock, 3_010);
    expect((await late).code).toBe('phone.not-answering');
    const next = session.send({ text: 'AT+CSQ', priority: 'info' });
    await pass(clock, 400);
    modem.expect(500);
    await pass(clock, silenceMs);
    modem.giveUp();
    modem.mute = false;
    await pass(clock, 1_000);
    await next;
    expect(modem.data).toEqual([]);
    expect(modem.lines).toEqual(['AT+QFUPL="a",500', 'AT', 'AT+CSQ']);
  });

  it.each(['a pulled cable', 'a restart'])('%s ends them at once', async (what) => {
    modem.stuck = true;
    const lost = failure(session.send(upload(sample(50_000))));
    await settle();
    if (what === 'a restart') session.restart('RDY');
    else session.close('unplugged');
    expect((await lost).code).toBe('phone.lost');
    const written = modem.data.length;
    modem.letGo();
    if (what === 'a restart') modem.restart();
    await pass(clock, 20_000, 500);
    expect(modem.data).toHaveLength(written);
  });
});
