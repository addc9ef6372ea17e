import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from './at-session.ts';
import { UssdDialog } from './ussd-dialog.ts';

describe('UssdDialog', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let session: AtSession;
  let dialog: UssdDialog;

  beforeEach(() => {
    clock = new ManualClock();
    modem = new ScriptedModem();
    session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
    dialog = new UssdDialog(session, clock);
  });

  it('sends a code, waits past the OK for the report, and puts the character set back', async () => {
    const reply = dialog.send('*100#');
    await settle();
    expect(modem.sent).toEqual(['AT+CSCS="UCS2"', 'AT+CUSD=1,"002A0031003000300023",15']);
    modem.say('+CUSD: 0,"8BDD8D394F59989D",72');
    expect(await reply).toEqual({ text: '话费余额', expectsReply: false });
    await settle();
    expect(modem.sent.at(-1)).toBe('AT+CSCS="GSM"');
  });

  it('talks plainly to a modem that knows no UCS2, which then has nothing to put back', async () => {
    modem.on(/CSCS/, ['ERROR']);
    const reply = dialog.send('*100#');
    await settle();
    expect(modem.sent.at(-1)).toBe('AT+CUSD=1,"*100#",15');
    modem.say('+CUSD: 0,"36.50",15');
    await reply;
    await settle();
    expect(modem.sent.at(-1)).toBe('AT+CUSD=1,"*100#",15');
  });

  it('takes the report that comes before the OK', async () => {
    modem.on(/CUSD=1/, ['+CUSD: 0,"0034",15', 'OK']);
    expect(await dialog.send('*100#')).toEqual({ text: '4', expectsReply: false });
  });

  it('answers a menu in the same dialog, in any letters', async () => {
    modem.on(/CUSD=1,"002A/, ['OK', '+CUSD: 1,"0031",15']).on(/CUSD=1,"4F59/, ['OK', '+CUSD: 0,"0032",15']);
    expect(await dialog.send('*100#')).toEqual({ text: '1', expectsReply: true });
    expect(await dialog.send('余额')).toEqual({ text: '2', expectsReply: false });
    expect(modem.sent).toContain('AT+CUSD=1,"4F59989D",72');
    expect((await failure(dialog.send('余额'))).code).toBe('ussd.invalid');
  });

  it('is one at a time', async () => {
    const first = dialog.send('*100#');
    expect((await failure(dialog.send('*101#'))).code).toBe('ussd.busy');
    await settle();
    modem.say('+CUSD: 0,"0031",15');
    await first;
  });

  it.each([
    ['+CUSD: 2', 'ussd.ended'],
    ['+CUSD: 3', 'ussd.ended'],
    ['+CUSD: 4', 'ussd.not-supported'],
    ['+CUSD: 5', 'ussd.no-reply'],
  ])('%s ends it with %s, and the next may begin', async (line, code) => {
    modem.on(/CUSD=1/, ['OK', line]);
    expect((await failure(dialog.send('*100#'))).code).toBe(code);
    modem.on(/CUSD=1/, ['OK', '+CUSD: 2,"0031",15']);
    expect(await dialog.send('*100#')).toEqual({ text: '1', expectsReply: false });
  });

  it.each([
    ['ERROR', 'ussd.not-supported'],
    ['+CME ERROR: 4', 'ussd.not-supported'],
    ['+CME ERROR: no network service', 'phone.refused'],
  ])('a refusal by %s is %s', async (result, code) => {
    modem.on(/CUSD=1/, [result]);
    expect((await failure(dialog.send('*100#'))).code).toBe(code);
  });

  it('USSD without reply: after 150 s it is over on both sides', async () => {
    const error = failure(dialog.send('*100#'));
    await pass(clock, 149_000, 1000);
    expect(modem.sent).not.toContain('AT+CUSD=2');
    await pass(clock, 1_000, 1000);
    expect((await error).code).toBe('ussd.no-reply');
    expect(modem.sent).toContain('AT+CUSD=2');
    modem.say('+CUSD: 0,"0031",15');
    modem.on(/CUSD=1/, ['OK', '+CUSD: 0,"0032",15']);
    expect(await dialog.send('*100#')).toEqual({ text: '2', expectsReply: false });
  });

  it('is cancelled by a person, also before its code has gone out', async () => {
    modem.on(/CSCS/, null);
    const early = failure(dialog.send('*100#'));
    const cancelled = dialog.cancel();
    modem.say('OK');
    await cancelled;
    expect((await early).code).toBe('cancelled');
    expect(modem.sent.filter((text) => text.startsWith('AT+CUSD=1'))).toEqual([]);
    modem.on(/CSCS/, ['OK']);
    const running = failure(dialog.send('*100#'));
    await settle();
    await dialog.cancel();
    expect((await running).code).toBe('cancelled');
    expect(modem.sent.filter((text) => text === 'AT+CUSD=2')).toHaveLength(2);
    await dialog.cancel();
    expect(modem.sent.filter((text) => text === 'AT+CUSD=2')).toHaveLength(2);
  });

  it('ends with the modem: a restart leaves nobody waiting', async () => {
    const running = failure(dialog.send('*100#'));
    await settle();
    session.restart('RDY');
    expect((await running).code).toBe('phone.lost');
    session.close('closed');
    expect((await failure(dialog.send('*100#'))).code).toBe('phone.lost');
  });

  it('lets nothing but a code begin it', async () => {
    for (const text of ['', 'AT', '*100#\rATD110;', '100"', '1'.repeat(161)])
      expect((await failure(dialog.send(text))).code).toBe('ussd.invalid');
    expect(modem.sent).toEqual([]);
  });

  it('does not take what the network says unasked for an answer', async () => {
    modem.say('+CUSD: 0,"advertisement",15');
    const reply = dialog.send('*100#');
    await settle();
    modem.say('+CUSD: 0,"0031",15');
    expect((await reply).text).toBe('1');
  });
});
