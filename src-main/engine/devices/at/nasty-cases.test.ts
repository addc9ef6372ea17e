import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from './at-session.ts';
import { cmeOf } from './at-command.ts';
import { atBench } from './testing/at-bench.ts';

/** The cases of research/hardware that the AT layer answers for, by their numbers and names there. */
describe('nasty cases of the AT layer', () => {
  let { clock, modem, session, urcs } = atBench();
  beforeEach(() => {
    ({ clock, modem, session, urcs } = atBench());
  });

  const clcc = { text: 'AT+CLCC', prefix: '+CLCC', priority: 'poll' } as const;
  const creg = { text: 'AT+CREG?', prefix: '+CREG', priority: 'info' } as const;
  const info = (text: string) => ({ text, priority: 'info' }) as const;
  const kinds = (): string[] => urcs.map((urc) => urc.kind);

  it('case 3: a port that streams bytes is told from a silent one, and from one that talks', async () => {
    modem.on(/./, null);
    expect(session.heard).toBe('nothing');
    const probing = session.probe(2);
    modem.raw('\0\x01\x02\xf3\0\x80\x81\0\0\xff\xfe\0\0\0');
    await pass(clock, 700);
    expect(await probing).toBe(false);
    expect(session.heard).toBe('noise');
    expect(modem.sent).toEqual(['AT', 'AT']);
    const talking = new ScriptedModem();
    const other = new AtSession({ transport: talking, clock, logger: silentLogger, minGapMs: 0 });
    talking.raw('$GPGGA,,,,,,0,,,,,,,,*66\r\n');
    expect(other.heard).toBe('text');
  });

  it('case 4: RDY in mid-session rejects the queue, and settings of the session are unknown again', async () => {
    await session.send(info('AT+CSCS="UCS2"'));
    expect(session.charset).toBe('UCS2');
    modem.on(/./, null);
    const waiting = [clcc, creg].map((command) => failure(session.send(command)));
    session.onUrc((urc) => {
      if (urc.kind === 'restart') session.restart(urc.line);
    });
    modem.say('RDY');
    for (const error of await Promise.all(waiting)) expect(error.code).toBe('phone.lost');
    expect(session.charset).toBeNull();
    expect(modem.sent).toEqual(['AT+CSCS="UCS2"', 'AT+CLCC']);
  });

  it('case 5: silent death is told after three commands without an answer, or at once when AT stays unanswered', async () => {
    let mute = 0;
    session.onMute(() => (mute += 1));
    modem.on(/CSQ/, null);
    for (let n = 0; n < 3; n += 1) {
      void failure(session.send(info('AT+CSQ')));
      expect(mute).toBe(0);
      await pass(clock, 4_000, 50);
    }
    expect(mute).toBe(1);
  });

  it('case 6: garbage after a silent baud change is told once, and a glitch or a Chinese text is none', async () => {
    let noise = 0;
    session.onNoise(() => (noise += 1));
    await session.send(info('AT'));
    modem.raw('\0\0\xff\xfe\x80\r\nRDY\r\n');
    for (let n = 0; n < 4; n += 1)
      modem.raw(Buffer.from('您的话费余额为三十六元五角整，感谢您的使用。\n').toString('latin1'));
    modem.say('+CSQ: 20,99');
    expect(noise).toBe(0);
    for (let n = 0; n < 200; n += 1) modem.raw('\xfe\x80\xf8\x00\xe0\x9f\r\x98');
    expect(noise).toBe(1);
  });

  it('case 7: echo that comes back is dropped, and ATE0 is sent again', async () => {
    await session.send(info('ATE0'));
    modem.echo = true;
    modem.on(/CGMM/, ['JH-X', 'OK']).on(/^ATE0/, () => ((modem.echo = false), ['OK']));
    expect(await session.send(info('AT+CGMM'))).toEqual(['JH-X']);
    await settle();
    expect(modem.sent).toEqual(['ATE0', 'AT+CGMM', 'ATE0']);
    expect(await session.send(info('AT+CGMM'))).toEqual(['JH-X']);
    expect(modem.sent).toHaveLength(4);
  });

  it('case 7: a modem that says OK to ATE0 and goes on echoing is not told so for ever', async () => {
    modem.echo = true;
    modem.on(/CGMM/, ['JH-X', 'OK']);
    await session.send(info('ATE0'));
    for (let n = 0; n < 10; n += 1) expect(await session.send(info('AT+CGMM'))).toEqual(['JH-X']);
    await settle();
    expect(modem.sent.filter((text) => text === 'ATE0')).toHaveLength(4);
  });

  it('numeric results that come back (ATV0) are understood after one time-out, and ATV1 is sent again', async () => {
    await session.send(info('AT'));
    modem.on(/CSQ/, null).on(/^AT$/, null);
    const lost = failure(session.send({ text: 'AT+CSQ', prefix: '+CSQ', priority: 'info' }));
    modem.raw('+CSQ: 20,99\r\n0\r');
    await pass(clock, 3_600);
    expect((await lost).code).toBe('phone.not-answering');
    modem.raw('0\r');
    await pass(clock, 400);
    expect(modem.sent).toEqual(['AT', 'AT+CSQ', 'AT', 'ATV1']);
  });

  it('case 10: reports inside a response go their way, the answer stays whole', async () => {
    modem.on(/CNUM/, ['+CNUM: "","15400000101",129', 'RING', '+CPIN: READY', '+CNUM: "","15400000102",129', 'OK']);
    expect(await session.send({ text: 'AT+CNUM', prefix: '+CNUM', priority: 'info' })).toHaveLength(2);
    expect(kinds()).toEqual(['ring', 'sim']);
  });

  it('case 11: a report that looks like the answer makes the session read once more, and only once', async () => {
    let asked = 0;
    modem.on(/CREG/, () => ((asked += 1), asked === 1 ? ['+CREG: 1,5', '+CREG: 0,1', 'OK'] : ['+CREG: 0,1', 'OK']));
    expect(await session.send(creg)).toEqual(['+CREG: 0,1']);
    expect(asked).toBe(2);
    modem.on(/CREG/, () => ((asked += 1), ['+CREG: 1,5', '+CREG: 0,2', 'OK']));
    expect(await session.send(creg)).toEqual(['+CREG: 0,2']);
    expect(asked).toBe(4);
  });

  it.each([
    ['+CREG: 1', '+CREG: 0,1'],
    ['+CREG: 1,1A2B,0C3D', '+CREG: 2,1,1A2B,0C3D'],
    ['+CREG: 5,"0001","0002",7', '+CREG: 2,5,"0001","0002",7'],
    ['+CREG: 1,1234,5678,7', '+CREG: 1,1'],
  ])('case 11: %s is a report and %s the answer, by shape alone', async (report, answer) => {
    modem.on(/CREG/, [report, answer, 'OK']);
    expect(await session.send(creg)).toEqual([answer]);
    expect(urcs).toMatchObject([{ kind: 'registration', line: report }]);
    expect(modem.sent).toHaveLength(1);
  });

  it('case 11: a hang-up goes before the second reading', async () => {
    modem.on(/CREG/, null);
    void session.send(creg);
    void session.send({ text: 'AT+CHUP', priority: 'hang-up' });
    modem.say('+CREG: 1,5', '+CREG: 0,1', 'OK');
    await settle();
    expect(modem.sent).toEqual(['AT+CREG?', 'AT+CHUP', 'AT+CREG?']);
  });

  it('case 12: a storm of signal reports reaches nobody more than five times a second, and the hang-up at once', async () => {
    modem.on(/./, null);
    void session.send(clcc);
    void session.send(creg);
    void session.send({ text: 'AT+CHUP', priority: 'hang-up' });
    for (let ms = 0; ms < 1_000; ms += 2) {
      modem.raw(`\r\n+CSQ: ${ms % 32},99\r\n`);
      clock.advance(2);
    }
    modem.say('^DSCI: 1,0,6,0,15400000137,129');
    expect(urcs.length).toBeLessThanOrEqual(7);
    expect(kinds().at(-1)).toBe('call');
    await pass(clock, 300);
    // The newest is never the one that is lost.
    expect(urcs.filter(({ kind }) => kind === 'signal').at(-1)?.line).toBe(`+CSQ: ${998 % 32},99`);
    modem.say('OK');
    await settle();
    expect(modem.sent).toEqual(['AT+CLCC', 'AT+CHUP']);
  });

  it('case 12: reports of calls, rings and cards are never held back', () => {
    for (let n = 0; n < 50; n += 1) modem.say('RING', '+CPIN: READY', '^CEND:1,12,67,16', '+CUSD: 0,"a",15');
    expect(urcs).toHaveLength(200);
  });

  it('case 13: a late answer is nobody’s, also when it comes in place of the barrier’s', async () => {
    modem.on(/CSQ/, null).on(/^AT$/, null).on(/CGMI/, ['Jinhu', 'OK']);
    const late = failure(session.send({ text: 'AT+CSQ', prefix: '+CSQ', priority: 'info' }));
    const next = session.send(info('AT+CGMI'));
    await pass(clock, 3_550);
    await late;
    expect(modem.sent).toEqual(['AT+CSQ', 'AT']);
    modem.say('OK'); // the late one
    await pass(clock, 200);
    modem.say('OK'); // the barrier's own
    await pass(clock, 200);
    expect(await next).toEqual(['Jinhu']);
    expect(session.rawLog.tail().some(({ text }) => text.startsWith('late final'))).toBe(true);
  });

  it('case 13: the echo of a command that timed out is not the next one’s answer', async () => {
    modem.on(/COPS/, null).on(/CGMI/, null);
    const late = failure(session.send({ ...info('AT+COPS?'), timeoutMs: 1_000 }));
    const next = session.send(info('AT+CGMI'));
    await pass(clock, 2_000);
    await late;
    expect(modem.sent.at(-1)).toBe('AT+CGMI');
    modem.raw('AT+COPS?\r');
    modem.say('Jinhu', 'OK');
    expect(await next).toEqual(['Jinhu']);
  });

  it('case 14: never two commands on the wire, in whatever order the answers would come', async () => {
    modem.on(/./, null);
    for (const text of ['AT+CPIN?', 'AT+COPS?', 'AT+CSQ']) void session.send(info(text));
    expect(modem.sent).toEqual(['AT+CPIN?']);
    modem.say('OK');
    await settle();
    expect(modem.sent).toEqual(['AT+CPIN?', 'AT+COPS?']);
  });

  it.each(['BUSY', 'NO CARRIER', 'NO ANSWER', 'NO DIALTONE', '+CME ERROR: 30', '+CME ERROR: no network service'])(
    'case 15: %s is the dial command’s final result, and no report',
    async (result) => {
      modem.on(/^ATD/, [result]);
      const error = await failure(session.send({ text: 'ATD15400000137;', priority: 'call' }));
      expect(error).toMatchObject({ code: 'phone.refused', details: { command: 'ATD', result } });
      expect(urcs).toMatchObject([]);
    },
  );

  it('case 16: NO CARRIER before ATD’s OK ends this call, and the OK does not answer the next command', async () => {
    modem.on(/^ATD/, ['NO CARRIER', 'OK']).on(/CGMI/, ['Jinhu', 'OK']);
    expect((await failure(session.send({ text: 'ATD15400000137;', priority: 'call' }))).details['result']).toBe(
      'NO CARRIER',
    );
    const next = session.send(info('AT+CGMI'));
    await pass(clock, 120);
    expect(await next).toEqual(['Jinhu']);
  });

  it('case 17: a NO CARRIER without an id is a report while a query is in flight', async () => {
    modem.on(/CLCC/, ['NO CARRIER', '+CLCC: 1,0,2,0,0,"15400000137",129', 'OK']);
    expect(await session.send(clcc)).toHaveLength(1);
    expect(urcs).toMatchObject([{ kind: 'call', line: 'NO CARRIER', end: 'NO CARRIER' }]);
  });

  it('case 18: nothing but the abort is written while the dial command works, and its echo is no line', async () => {
    modem.on(/^ATD/, null).on(/^$/, null);
    const dial = failure(session.send({ text: 'ATD15400000137;', priority: 'call' }));
    void session.send({ text: 'AT+CHUP', priority: 'hang-up' });
    modem.raw('ATD15400000137;\r');
    expect(session.abortDial()).toBe(true);
    modem.raw('\r');
    modem.say('NO CARRIER');
    expect((await dial).details['result']).toBe('NO CARRIER');
    expect(modem.sent).toEqual(['ATD15400000137;', '']);
    await pass(clock, 120);
    expect(modem.sent.at(-1)).toBe('AT+CHUP');
  });

  it('final words in the second line of a message are data, also in the middle of an answer', async () => {
    modem.on(/CGMI/, ['+CMT: "15400000137",,"26/01/05"', 'ERROR', 'Jinhu', 'OK']);
    expect(await session.send(info('AT+CGMI'))).toEqual(['Jinhu']);
  });

  it('a message whose text is empty costs one answer and no more', async () => {
    modem.on(/CSQ/, ['+CMT: "15400000137",,"26/01/05"', 'OK']);
    const swallowed = failure(session.send(info('AT+CSQ')));
    await pass(clock, 4_000, 50);
    expect((await swallowed).code).toBe('phone.not-answering');
    modem.on(/CSQ/, ['OK']);
    expect(await session.send(info('AT+CSQ'))).toEqual([]);
  });

  it('a USSD text that is never closed does not swallow what comes a second later', async () => {
    modem.say('+CUSD: 0,"half a text');
    clock.advance(1_500);
    modem.on(/CGMI/, ['Jinhu', 'OK']);
    expect(await session.send(info('AT+CGMI'))).toEqual(['Jinhu']);
    expect(kinds()).toEqual(['ussd']);
  });

  it('glued finals (ERROR+CNUM:) end the command, and what is glued to them answers nobody', async () => {
    modem.on(/CNUM/, ['ERROR+CNUM: "","15400000101",129']);
    expect((await failure(session.send(info('AT+CNUM')))).details['result']).toBe('ERROR');
    expect(await session.send(info('AT'))).toEqual([]);
  });

  it('an answer without end is kept short', async () => {
    modem.on(/CGMI/, null);
    const answer = session.send(info('AT+CGMI'));
    for (let n = 0; n < 5_000; n += 1) modem.raw(`line ${n}\r\n`);
    modem.say('OK');
    expect((await answer).length).toBeLessThanOrEqual(256);
  });

  it('CME in words is as good as CME in numbers', async () => {
    for (const [result, cme] of [
      ['+CME ERROR: SIM PIN required', 11],
      ['+CME ERROR: operation not allowed', 3],
      ['+CME ERROR: network not allowed - emergency calls only', 32],
      ['+CME ERROR: Network personalisation PIN required', 40],
      ['+CME ERROR: 905', 905],
      ['+CME ERROR: something of its own', null],
      ['+CMS ERROR: 500', null],
    ] as const) {
      modem.on(/CSQ/, [result]);
      expect(cmeOf(await failure(session.send(info('AT+CSQ'))))).toBe(cme);
    }
  });
});
