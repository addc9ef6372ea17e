import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { failure, pass, ScriptedModem } from '#tests/support/scripted-modem.ts';
import { matchProfile } from '../profiles/load-profiles.ts';
import { draftProfile } from './draft.ts';
import { readHabits, type Answer, type Findings } from './findings.ts';
import { probePhone } from './probe.ts';
import { questions } from './questions.ts';
import { reportJson, reportText } from './report.ts';

describe('the questions of a probe', () => {
  it('dial nothing, answer nothing, hang nothing up, write no setting and spend no PIN try', () => {
    const reading = /^AT(?:[+^][A-Z]+(?:=\?|\?)|I|&V|S0\?)$/;
    /** Queries by their nature, also in the form with a name behind the sign. */
    const queries = [
      'AT+CGMI', 'AT+CGMM', 'AT+CGMR', 'AT+CGSN', 'AT+GCAP', 'AT+CPINR="SIM PIN"', 'AT+SPIC', 'AT+CCID', 'AT+ICCID',
      'AT+QCCID', 'AT+CICCID', 'AT+CIMI', 'AT+CNUM', 'AT+CSQ', 'AT+CESQ', 'AT+CLCC', 'AT+CEER', 'AT+CPAS',
      'AT+QINDCFG="ccinfo"', 'AT+QCFG="usbcfg"', 'AT+QURCCFG="urcport"',
    ]; // prettier-ignore
    const others = questions.map(({ command }) => command).filter((command) => !reading.test(command));
    expect(others.filter((command) => !queries.includes(command))).toEqual([]);
    // A search for networks takes minutes and drops the connection.
    expect(questions.map(({ command }) => command)).not.toContain('AT+COPS=?');
    expect(new Set(questions.map(({ command }) => command)).size).toBe(questions.length);
  });
});

describe('how a modem writes', () => {
  it.each([
    ['V.250 with echo', 'AT\r\r\nOK\r\n', { echo: true, before: 'CR LF', behind: 'CR LF', numeric: false }],
    ['V.250 without', '\r\nOK\r\n', { echo: false, before: 'CR LF', behind: 'CR LF', numeric: false }],
    ['case 8: bare CR', 'OK\r', { echo: false, before: 'nothing', behind: 'CR', numeric: false }],
    ['case 8: doubled CR', '\r\r\nOK\r\r\n', { echo: false, before: 'CR CR LF', behind: 'CR CR LF', numeric: false }],
    ['digits', 'AT\r0\r', { echo: true, before: 'nothing', behind: 'CR', numeric: true }],
    [
      'a refusal of bare AT',
      '\r\n+CME ERROR: 4\r\n',
      { echo: false, before: 'CR LF', behind: 'CR LF', numeric: false },
    ],
  ])('%s', (_name, raw, habits) => {
    expect(readHabits(raw)).toEqual(habits);
  });
});

describe('a probe', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  beforeEach(() => {
    clock = new ManualClock();
    modem = new ScriptedModem()
      .on(/^AT[+^]/, ['ERROR'])
      .on(/CGMI/, ['Acme', 'OK'])
      .on(/CGMM/, ['Five 1', 'OK'])
      .on(/CGMR/, ['Revision: 1.2', 'OK'])
      .on(/CLCC$/, ['OK'])
      .on(/CMEE/, ['+CMEE: 2', 'OK'])
      .on(/CREG\?/, ['+CREG: 0,1', 'OK'])
      .on(/CPIN\?/, ['+CPIN: READY', 'OK'])
      .on(/\+CCID/, ['+CCID: 89860026000001010101', 'OK'])
      .on(/CHUP=\?/, ['OK']);
  });
  const probe = async (ms = 30_000): Promise<Findings> => {
    const probing = probePhone({ transport: modem, clock });
    probing.catch(() => undefined);
    await pass(clock, ms, 20);
    return probing;
  };

  it('learns who is there, sets back what it set, and drafts a profile that finds this phone again', async () => {
    modem.echo = true;
    const findings = await probe();
    expect(findings).toMatchObject({ manufacturer: 'Acme', model: 'Five 1', revision: 'Revision: 1.2' });
    expect(findings.line).toMatchObject({ echo: true, echoAfterE0: true });
    expect(modem.sent.slice(-2)).toEqual(['AT+CMEE=2', 'ATE1']);
    const { profile, questions: open } = draftProfile(findings);
    expect(matchProfile([profile], { manufacturer: 'acme', model: 'five 1' }).id).toBe('acme-five-1');
    expect(profile).toMatchObject({ iccid: ['AT+CCID'], pinCounter: null, slots: null, sound: null });
    expect(profile.hangUp[0]).toBe('AT+CHUP');
    expect(open.join('\n')).toMatch(/pinCounter[\s\S]*No slot switch[\s\S]*No sound/);
  });

  it('leaves a phone alone while a call runs, and shows no number of it', async () => {
    modem.on(/CLCC$/, ['+CLCC: 1,0,0,0,0,"15400000137",129', 'OK']);
    expect((await failure(probe(5_000))).code).toBe('call.busy');
    expect(modem.sent.filter((line) => /CHUP|CHLD|CEER|SLOT/.test(line))).toEqual([]);
  });

  it('is not mistaken by the packet bearer of an LTE modem', async () => {
    modem.on(/CLCC$/, ['+CLCC: 1,0,0,1,0,"",128', 'OK']);
    expect((await probe()).model).toBe('Five 1');
  });

  it('says that no phone is there, or that it went silent', async () => {
    const first = modem;
    modem = new ScriptedModem().on(/./, null);
    expect((await failure(probe(5_000))).code).toBe('phone.not-a-phone');
    modem = first.on(/^AT\+(?:CPIN|Q|SPIC|C?I?CCID)/, null);
    expect((await failure(probe(200_000))).code).toBe('phone.not-answering');
  });

  it('reports in text and JSON what answered, what did not and what is open, every number masked', async () => {
    modem.on(/QPINC/, null).on(/CNUM/, ['+CNUM: ,"15400000137",129', 'OK']);
    const findings = await probe(60_000);
    const draft = draftProfile(findings);
    const text = reportText(findings, draft);
    expect(text).toMatch(/maker +Acme\n/);
    expect(text).toMatch(/echo +no\n/);
    expect(text).toMatch(/AT\+QPINC\? +no answer within \d+ ms/);
    expect(text).toMatch(/AT\+CSUS=\? +ERROR/);
    expect(text).toContain('+CCID: ******************01');
    expect(text).toContain('Could not be found out\n  - ');
    const json = reportJson(findings, draft);
    expect(JSON.parse(json)).toMatchObject({ model: 'Five 1', profile: { id: 'acme-five-1' } });
    for (const output of [text, json]) expect(output).not.toMatch(/\d{7}/);
  });
});

describe('a draft', () => {
  const answer = fc.record({
    result: fc.constantFrom('ok' as const, 'refused' as const, 'mute' as const),
    lines: fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('+CCID: 89860026000001010101', '+SPIC: 3,10')),
      {
        maxLength: 3,
      },
    ),
  });
  const told = fc.option(
    fc
      .string({ unit: 'binary' })
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  ); // as parseIdentity leaves it

  it('is a valid profile whatever a phone answers', () => {
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: questions.length, maxLength: questions.length }),
        told,
        told,
        (all, manufacturer, model) => {
          const answers: Answer[] = questions.map((question, at) => ({
            question,
            result: all[at]?.result ?? 'mute',
            lines: all[at]?.lines ?? [],
            refusal: null,
            ms: 1,
          }));
          const line = { echo: false, echoAfterE0: null, before: '', behind: '', numeric: false, talksByItself: false };
          const findings = {
            port: 'p',
            manufacturer,
            model,
            revision: model,
            line,
            answers,
            unasked: [],
            restored: [],
          };
          const draft = draftProfile(findings);
          expect(matchProfile([draft.profile], { manufacturer, model }).id).toMatch(/^[a-z0-9-]+$/);
          expect(draft.questions.length).toBeGreaterThan(2);
          expect(reportText(findings, draft)).toContain(`resources/devices/${draft.profile.id}.json`);
        },
      ),
      { seed: 20_260_103, numRuns: 200 },
    );
  });
});
