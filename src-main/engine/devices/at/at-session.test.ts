import { beforeEach, describe, expect, it } from 'vitest';
import { failure, pass, settle } from '#tests/support/scripted-modem.ts';
import { atBench } from './testing/at-bench.ts';

describe('AtSession', () => {
  let { clock, modem, session, urcs } = atBench();
  beforeEach(() => {
    ({ clock, modem, session, urcs } = atBench());
  });

  const clcc = { text: 'AT+CLCC', prefix: '+CLCC', priority: 'poll' } as const;

  it('answers with the lines of its own prefix and drops the echo', async () => {
    modem.echo = true;
    modem.on(/CLCC/, ['+CLCC: 1,0,0,0,0,"15400000137",129', 'OK']);
    expect(await session.send(clcc)).toEqual(['+CLCC: 1,0,0,0,0,"15400000137",129']);
  });

  it('routes reports in the middle of an answer', async () => {
    modem.on(/CGMI/, ['%CTZV: 1', 'Jinhu', '+CSQ: 3,99', 'OK']);
    expect(await session.send({ text: 'AT+CGMI', priority: 'info' })).toEqual(['Jinhu']);
    expect(urcs.map((urc) => urc.kind)).toEqual(['other', 'signal']);
  });

  it('tells the answer to +CREG? from a report with the same prefix by its shape', async () => {
    modem.on(/CREG/, ['+CREG: 5', '+CREG: 1,"1A2B","0C3D",7', '+CREG: 2,1,"1A2B","0C3D",7', 'OK']);
    const lines = await session.send({ text: 'AT+CREG?', prefix: '+CREG', priority: 'info' });
    expect(lines).toEqual(['+CREG: 2,1,"1A2B","0C3D",7']);
    expect(urcs).toHaveLength(2);
  });

  it('keeps one command in flight and lets the urgent ones pass', async () => {
    modem.on(/./, null);
    const order: string[] = [];
    for (const [text, priority] of [
      ['AT+CSQ', 'info'],
      ['AT+COPS?', 'info'],
      ['AT+CLCC', 'poll'],
      ['AT+JHUPL=0', 'audio'],
      ['AT+CHUP', 'hang-up'],
    ] as const)
      void session.send({ text, priority }).then(() => order.push(text));
    for (let answered = 0; answered < 5; answered += 1) {
      expect(modem.sent).toHaveLength(answered + 1);
      modem.say('OK');
      await settle();
    }
    expect(order).toEqual(['AT+CSQ', 'AT+CHUP', 'AT+JHUPL=0', 'AT+CLCC', 'AT+COPS?']);
  });

  it('rejects refusals with what the modem said', async () => {
    modem.on(/CPIN/, ['+CME ERROR: SIM not inserted']);
    const error = await failure(session.send({ text: 'AT+CPIN?', prefix: '+CPIN', priority: 'info' }));
    expect(error.code).toBe('phone.refused');
    expect(error.details).toEqual({ command: 'AT+CPIN', result: '+CME ERROR: SIM not inserted', cme: 10 });
  });

  it('takes NO CARRIER as final for a dial command only', async () => {
    modem.on(/^ATD/, ['NO CARRIER', 'OK']);
    const error = await failure(session.send({ text: 'ATD15400000137;', priority: 'call' }));
    expect(error.details['result']).toBe('NO CARRIER');
    expect(urcs).toEqual([]);
    modem.on(/CLCC/, ['NO CARRIER', 'OK']);
    const rows = session.send(clcc);
    // The OK that came behind NO CARRIER must not answer this one, so it is written a little later.
    expect(modem.sent).not.toContain('AT+CLCC');
    await pass(clock, 120);
    expect(await rows).toEqual([]);
    expect(urcs.map((urc) => urc.kind)).toEqual(['call']);
  });

  it('after a time-out drains late answers, then asks AT, then goes on', async () => {
    modem.on(/CSQ/, null);
    const late = failure(session.send({ text: 'AT+CSQ', prefix: '+CSQ', priority: 'info' }));
    const next = session.send({ text: 'AT+CGMI', priority: 'info' });
    modem.on(/CGMI/, ['Jinhu', 'OK']);
    await pass(clock, 3_000);
    expect((await late).code).toBe('phone.not-answering');
    expect(modem.sent).toEqual(['AT+CSQ']);
    await pass(clock, 300);
    modem.say('+CSQ: 20,99', 'OK');
    await pass(clock, 190);
    expect(modem.sent).toEqual(['AT+CSQ']);
    await pass(clock, 200);
    expect(modem.sent).toEqual(['AT+CSQ', 'AT', 'AT+CGMI']);
    expect(await next).toEqual(['Jinhu']);
  });

  it('calls a modem mute when not even AT is answered', async () => {
    let mute = 0;
    session.onMute(() => (mute += 1));
    modem.on(/./, null);
    void failure(session.send({ text: 'AT+CSQ', priority: 'info' }));
    await pass(clock, 3_000 + 500 + 3 * 300 - 10, 50);
    expect(mute).toBe(0);
    await pass(clock, 50);
    expect(mute).toBe(1);
  });

  it('rejects everything at a restart of the modem and can be used on', async () => {
    modem.on(/./, null);
    const waiting = [1, 2].map(() => failure(session.send(clcc)));
    session.onUrc((urc) => {
      if (urc.kind === 'restart') session.restart(urc.line);
    });
    modem.say('RDY');
    for (const error of await Promise.all(waiting)) expect(error.code).toBe('phone.lost');
    modem.on(/./, ['OK']);
    const again = session.send(clcc);
    await pass(clock, 1_000);
    expect(await again).toEqual([]);
  });

  it('does not take the answer of a command from about a restart for the next one', async () => {
    modem.on(/CGMM/, null).on(/QFLST/, ['+QFLST: "UFS:a.wav",44', 'OK']);
    const lost = failure(session.send({ text: 'AT+CGMM', priority: 'info' }));
    session.restart('RDY');
    expect((await lost).code).toBe('phone.lost');
    const list = session.send({ text: 'AT+QFLST', priority: 'info' });
    // The modem was up when it came, and says so after its RDY.
    modem.say('EC25', 'OK');
    await pass(clock, 1_000);
    expect(await list).toEqual(['+QFLST: "UFS:a.wav",44']);
  });

  it('accepts numeric results until the modem has spoken in words', async () => {
    modem.on(/ATV1/, ['0']).on(/CGMM/, ['7', 'OK']);
    expect(await session.send({ text: 'ATV1', priority: 'info' })).toEqual([]);
    await session.send({ text: 'AT', priority: 'info' });
    expect(await session.send({ text: 'AT+CGMM', priority: 'info' })).toEqual(['7']);
  });

  it('never writes a dial command that nobody wants any more', async () => {
    modem.on(/CSQ/, null);
    void session.send({ text: 'AT+CSQ', priority: 'info' });
    let wanted = true;
    const dial = failure(session.send({ text: 'ATD15400000137;', priority: 'call', wanted: () => wanted }));
    wanted = false;
    modem.say('OK');
    expect((await dial).code).toBe('cancelled');
    expect(modem.sent).toEqual(['AT+CSQ']);
  });

  it('writes one CR, and nothing else, to break off a dial command in flight', async () => {
    modem.on(/^ATD/, null).on(/^$/, ['NO CARRIER']);
    expect(session.abortDial()).toBe(false);
    const dial = failure(session.send({ text: 'ATD15400000137;', priority: 'call' }));
    const hangUp = session.send({ text: 'AT+CHUP', priority: 'hang-up' });
    expect(modem.sent).toEqual(['ATD15400000137;']);
    expect(session.abortDial()).toBe(true);
    expect((await dial).details['result']).toBe('NO CARRIER');
    await pass(clock, 120);
    await hangUp;
    expect(modem.sent).toEqual(['ATD15400000137;', '', 'AT+CHUP']);
  });

  it('logs what was said with numbers and PINs masked', async () => {
    await session.send({ text: 'AT+CPIN="1234"', priority: 'call' });
    await session.send({ text: 'ATD15400000137;', priority: 'call' });
    const log = session.rawLog
      .tail()
      .map((entry) => entry.text)
      .join('\n');
    expect(log).not.toMatch(/1234|15400000137/);
    expect(log).toContain('ATD*********37;');
  });

  it('rejects when closed', async () => {
    modem.on(/./, null);
    const waiting = failure(session.send(clcc));
    session.close('gone');
    expect((await waiting).code).toBe('phone.lost');
    expect((await failure(session.send(clcc))).code).toBe('phone.lost');
  });
});
