import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { priorities, type AtCommand } from './at-command.ts';
import { AtSession } from './at-session.ts';

const first = 'AT+JHSIM=1';
const second = 'AT+JHSIM=2';
const question = (text: string, select: string): AtCommand => ({ text, select, priority: 'info' });
const dial = (text: string, select: string): AtCommand => ({ text, select, priority: 'call' });

describe('commands for two SIM stacks of one modem', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let session: AtSession;

  beforeEach(() => {
    clock = new ManualClock();
    modem = new ScriptedModem();
    session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0, stackMarks: ['DS'] });
  });

  it('go out right behind their selection; a question rests on the one in force, a dial never does', async () => {
    await session.send(question('AT+CSQ', second));
    await session.send(question('AT+CREG?', second));
    await session.send(dial('ATD15400000137;', second));
    await session.send(question('AT+CSQ', first));
    await session.send({ text: 'AT+CLCC', priority: 'poll' });
    expect(modem.sent).toEqual(
      [second, 'AT+CSQ', 'AT+CREG?', second, 'ATD15400000137;', first, 'AT+CSQ', 'AT+CLCC'], // prettier-ignore
    );
  });

  it('what is more urgent goes in between, and the one that waited selects anew where it must', async () => {
    const asked = session.send(question('AT+CCID', first));
    // The selection for the question is in flight now.
    const dialled = session.send(dial('ATD15400000137;', second));
    const cutIn = session.send({ text: 'AT+JHUPL=0', priority: 'audio' });
    await Promise.all([asked, dialled, cutIn]);
    expect(modem.sent).toEqual([first, 'AT+JHUPL=0', second, 'ATD15400000137;', first, 'AT+CCID']);
  });

  it('a refused or unanswered selection is no word about the card: nothing is asked, and the next one selects anew', async () => {
    modem.on(/JHSIM/, ['+CME ERROR: 3']);
    const refused = await failure(session.send(question('AT+CPIN?', second)));
    expect(refused.code).toBe('phone.not-answering');
    modem.on(/JHSIM/, null);
    const mute = failure(session.send(dial('ATD15400000137;', second)));
    await pass(clock, 5_000, 100);
    expect((await mute).code).toBe('phone.not-answering');
    modem.on(/JHSIM/, ['OK']);
    await session.send(question('AT+CPIN?', second));
    expect(modem.sent.filter((text) => text !== 'AT')).toEqual([second, second, second, 'AT+CPIN?']);
  });

  it('after a restart, and after an answer that did not come, no selection is believed', async () => {
    await session.send(question('AT+CSQ', second));
    session.restart('RDY');
    await session.send(question('AT+CREG?', second));
    modem.on(/CIMI/, null);
    const mute = failure(session.send(question('AT+CIMI', second)));
    await pass(clock, 15_000, 100);
    expect((await mute).code).toBe('phone.not-answering');
    await session.send(question('AT+CSQ', second));
    expect(modem.sent.filter((text) => text === second)).toHaveLength(3);
  });

  it('one is asked once more, behind its selection, whether it is wanted: its own bytes are next', async () => {
    const sentBefore: string[][] = [];
    const wanted = (now: boolean): boolean => !now || sentBefore.push([...modem.sent]) > 0;
    await session.send({ ...dial('ATD15400000137;', second), wanted });
    expect(sentBefore).toEqual([[second]]);
  });

  it('one that is no longer wanted costs no selection', async () => {
    const cancelled = failure(session.send({ ...dial('ATD15400000137;', second), wanted: () => false }));
    expect((await cancelled).code).toBe('cancelled');
    expect(modem.sent).toEqual([]);
  });

  it('whatever is asked of both, in whatever order and whenever the modem restarts, each command finds its stack', async () => {
    const wish = fc.record({
      stack: fc.constantFrom(1, 2, null),
      priority: fc.constantFrom(...priorities),
      restart: fc.boolean(),
      turns: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 30 }), async (wishes) => {
        let selected = 1;
        const misled: string[] = [];
        const transport = new ScriptedModem().on(/^/, (line) => {
          const [, select] = /^AT\+JHSIM=(\d)$/.exec(line) ?? [];
          const [, wanted] = /^AT\+ON=(\d)$/.exec(line) ?? [];
          if (select) selected = Number(select);
          if (wanted && Number(wanted) !== selected) misled.push(line);
          return ['OK'];
        });
        const line = new AtSession({ transport, clock, logger: silentLogger, minGapMs: 0 });
        const all = wishes.map(async ({ stack, priority, restart, turns }) => {
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          if (restart) {
            // The device is back at its first stack, and says so.
            selected = 1;
            line.restart('RDY');
          }
          const concerns = stack === null ? {} : { select: `AT+JHSIM=${stack}` };
          await line
            .send({ text: stack === null ? 'AT' : `AT+ON=${stack}`, priority, ...concerns })
            .catch(() => undefined);
        });
        let over = false;
        void Promise.all(all).then(() => (over = true));
        await settle();
        // What was in flight at a restart is waited for.
        while (!over) await pass(clock, 100, 100);
        expect(misled).toEqual([]);
      }),
      { seed: 20_261_126, numRuns: 150 },
    );
  });
});

describe('reports of a second SIM stack', () => {
  it('are known by their mark, with the rest as it is; a like-named answer is never one of them', async () => {
    const modem = new ScriptedModem();
    const session = new AtSession({
      transport: modem,
      clock: new ManualClock(),
      logger: silentLogger,
      minGapMs: 0,
      stackMarks: ['DS'],
    });
    const heard: string[] = [];
    session.onUrc(({ kind, line, stack }) => heard.push(`${stack} ${kind} ${line}`));
    modem.say('+CREGDS: 1', '+CREG: 1', '+CPINDS: NOT READY', 'RINGDS', '+CLIPDS: "15400000137",129,,,,0');
    modem.say('^DSCIDS: 1,1,4,0,15400000137,129', '+CUSDDS: 0,"two', 'lines",15', '+CDS: 6', 'message', 'ROADS', 'RDY');
    expect(heard).toEqual([
      '2 registration +CREG: 1',
      '1 registration +CREG: 1',
      '2 sim +CPIN: NOT READY',
      '2 ring RING',
      '2 ring +CLIP: "15400000137",129,,,,0',
      '2 call ^DSCI: 1,1,4,0,15400000137,129',
      '2 ussd +CUSD: 0,"two\nlines",15',
      '1 other +CDS: 6\nmessage',
      '1 restart RDY',
    ]);

    modem.on(/CREG\?/, ['+CREGDS: 1,5', '+CREG: 1,1', 'OK']).on(/CGMI/, ['+CPINDS: READY', 'Jinhu', 'OK']);
    expect(await session.send({ text: 'AT+CREG?', prefix: '+CREG', priority: 'info' })).toEqual(['+CREG: 1,1']);
    expect(await session.send({ text: 'AT+CGMI', priority: 'info' })).toEqual(['Jinhu']);
  });

  it('mean nothing where no make is known to mark them', () => {
    const modem = new ScriptedModem();
    const session = new AtSession({ transport: modem, clock: new ManualClock(), logger: silentLogger, minGapMs: 0 });
    const heard: string[] = [];
    session.onUrc(({ line }) => heard.push(line));
    modem.say('+CREGDS: 1', 'RINGDS');
    expect(heard).toEqual([]);
  });
});
