import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simCard } from '../sim-card.ts';
import { openTerminal } from '../test-terminal.ts';

const ok = '\r\nOK\r\n';

describe('AT port: form', () => {
  it('echoes as V.250 asks, until ATE0', () => {
    const terminal = openTerminal();
    expect(terminal.ask('AT')).toBe(`AT\r${ok}`);
    expect(terminal.ask('ATE0')).toBe(`ATE0\r${ok}`);
    expect(terminal.ask('AT')).toBe(ok);
    expect(terminal.ask('ATE1')).toBe(ok);
    expect(terminal.ask('at')).toBe(`at\r${ok}`);
  });

  it('never echoes, or always does, when it is of such a make', () => {
    const mute = openTerminal({ modem: { echo: 'never' } });
    expect(mute.ask('ATE1')).toBe(ok);
    expect(mute.ask('AT')).toBe(ok);
    const stubborn = openTerminal({ modem: { echo: 'always' } });
    stubborn.ask('ATE0');
    expect(stubborn.ask('AT')).toBe(`AT\r${ok}`);
  });

  it('ends lines as CR only, or with CR CR LF, when it is of such a make', () => {
    const bare = openTerminal({ modem: { framing: 'cr', echo: 'never' } });
    expect(bare.ask('AT+CREG?')).toBe('+CREG: 0,1\rOK\r');
    const doubled = openTerminal({ modem: { framing: 'cr-cr-lf', echo: 'never' } });
    expect(doubled.ask('AT+CSQ')).toBe('\r\r\n+CSQ: 27,99\r\r\n\r\r\nOK\r\r\n');
  });

  it('V0 gives numbers, Q1 nothing, and ATV1Q0 brings the words back', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('ATV0')).toBe('0\r');
    expect(terminal.ask('AT+CREG?')).toBe('+CREG: 0,1\r\n0\r');
    expect(terminal.ask('AT+NOSUCH')).toBe('4\r');
    expect(terminal.ask('ATQ1')).toBe('');
    expect(terminal.ask('ATV1Q0')).toBe(ok);
  });

  it('edits the line by backspace, ignores LF and what stands before AT, repeats by A/', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('\n\0xxAT+CSX\bQ')).toBe('\r\n+CSQ: 27,99\r\n\r\nOK\r\n');
    terminal.type('A/');
    expect(terminal.pass(100)).toBe('\r\n+CSQ: 27,99\r\n\r\nOK\r\n');
    expect(terminal.ask('\x1b')).toBe('');
    expect(terminal.ask('nothing')).toBe('');
  });

  it('runs chains in order and stops at the first failure', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('ATE0V1;+CMEE=1;+CMEE?;+CSQ')).toBe('\r\n+CMEE: 1\r\n\r\n+CSQ: 27,99\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CMEE=2;+NOSUCH;+CMEE=0')).toBe('\r\n+CME ERROR: operation not supported\r\n');
    expect(terminal.ask('AT+CMEE?')).toBe('\r\n+CMEE: 2\r\n\r\nOK\r\n');
    expect(terminal.ask(`AT${'9'.repeat(2000)}`)).toBe('\r\nERROR\r\n');
  });

  it('takes the circuit commands in a chain, &D among them', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('AT&C1&D0V1')).toBe('\r\nOK\r\n');
    expect(terminal.ask('AT&D3')).toBe('\r\nERROR\r\n');
  });

  it('takes bytes that come during a command after it, and never mixes an unasked line into an answer', () => {
    const terminal = openTerminal({ modem: { latencyMs: () => 50 } });
    terminal.ask('ATE0');
    terminal.ask('AT+CREG=1');
    terminal.type('AT+CLCC\r');
    terminal.phone.setCoverage(1, 'none');
    terminal.type('AT+CSQ\r');
    expect(terminal.pass(500)).toBe('\r\nOK\r\n\r\n+CREG: 2\r\n\r\n+CSQ: 99,99\r\n\r\nOK\r\n');
  });

  it('mixes them in when it is of such a make', () => {
    const terminal = openTerminal({ modem: { latencyMs: () => 50, urcsInsideAnswers: true } });
    terminal.ask('ATE0;+CREG=1', 200);
    terminal.type('ATI\r');
    terminal.phone.setCoverage(1, 'none');
    expect(terminal.pass(100)).toBe(
      '\r\nJinhu\r\n\r\n+CREG: 2\r\n\r\nJH-5 SIM\r\nRevision: JH5-1.0.0 SIMULATED\r\n\r\nOK\r\n',
    );
  });

  it('stays alive whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), atLike), { maxLength: 40 }), (pieces) => {
        const terminal = openTerminal();
        for (const piece of pieces) {
          terminal.type(typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1'));
          terminal.pass(30);
        }
        terminal.ask('\r', 5000);
        terminal.ask('ATE0Q0V1', 5000);
        terminal.ask('ATE0Q0V1', 5000);
        expect(terminal.ask('AT+CGMI', 200)).toMatch(/Jinhu\r\n\r\nOK\r\n/);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

const names = [
  'D154',
  'D15400009999;',
  'A',
  'H',
  '+CHUP',
  '+CHLD',
  '+CLCC',
  '+CPIN',
  '+CUSD',
  '+QPCMV',
  '+JHUPL',
  'S0',
  '&D',
];
const atLike = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('', '?', '=?', '=1', '=0', '="1234"', '=1,"*100#",15', '=,,"'))
  .map(([name, tail]) => `AT${name}${tail}\r`);

describe('AT port: identity, card, network', () => {
  it('says who it is, also to old clients', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('AT+CGMI')).toBe('\r\nJinhu\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CGMM')).toBe('\r\nJH-5 SIM\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CGSN')).toBe('\r\n860000000000017\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CCID')).toBe('\r\n+CCID: 89860026000001010101\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CNUM')).toBe('\r\n+CNUM: ,"15400000101",129\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+COPS?')).toBe('\r\n+COPS: 0,0,"CHINA MOBILE",7\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+COPS=3,2;+COPS?')).toBe('\r\n+COPS: 0,2,"46000",7\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CREG=2;+CREG?')).toBe('\r\n+CREG: 2,1,"1A2B","01C3D4E5",7\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CSCS="UCS2";+CNUM')).toContain('"00310035003400300030003000300030003100300031"');
  });

  it('counts PIN tries, blocks, and is opened by the PUK', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0;+CMEE=1;+CREG=1');
    terminal.phone.lockSim(1, '4321');
    expect(terminal.heard()).toBe('\r\n+CREG: 0\r\n\r\n+CPIN: SIM PIN\r\n');
    expect(terminal.ask('AT+CPIN="0000"')).toBe('\r\n+CME ERROR: 16\r\n');
    expect(terminal.ask('AT+CPINR="SIM PIN"')).toBe('\r\n+CPINR: SIM PIN,2,3\r\n\r\nOK\r\n');
    expect(terminal.ask('ATD15400000137;')).toBe('\r\n+CME ERROR: 11\r\n');
    terminal.ask('AT+CPIN="0000"');
    expect(terminal.ask('AT+CPIN="0000"')).toBe('\r\n+CME ERROR: 12\r\n\r\n+CPIN: SIM PUK\r\n');
    expect(terminal.ask('AT+CPIN="12345678","4321"')).toContain('+CPIN: READY');
    expect(terminal.pass(2000)).toBe('\r\n+CREG: 1\r\n');
  });

  it('sees a card pulled and another one put in', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0;+CMEE=1;+CREG=1');
    terminal.phone.pullSim(1);
    expect(terminal.heard()).toBe('\r\n+CREG: 0\r\n\r\n+CPIN: NOT READY\r\n');
    expect(terminal.ask('AT+CPIN?')).toBe('\r\n+CME ERROR: 10\r\n');
    terminal.phone.insertSim(1, simCard('unicom', 777));
    expect(terminal.ask('AT+CPIN?')).toBe('\r\n+CME ERROR: 14\r\n');
    expect(terminal.pass(3000)).toBe('\r\n+CPIN: READY\r\n\r\n+CREG: 2\r\n\r\n+CREG: 1\r\n');
    expect(terminal.ask('AT+CIMI')).toContain('460011500000777');
  });

  it('answers USSD at once and delivers the text later', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0');
    expect(terminal.ask('AT+CUSD=1,"*100#",15')).toBe(ok);
    expect(terminal.pass(2000)).toBe('\r\n+CUSD: 0,"Balance: 36.50 yuan",15\r\n');
  });

  it('forgets settings and is deaf while it restarts, then says RDY', () => {
    const terminal = openTerminal();
    terminal.ask('ATE0;+CMEE=1');
    terminal.phone.reboot(1);
    expect(terminal.ask('AT')).toBe('');
    expect(terminal.pass(2400)).toBe('\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n');
    expect(terminal.ask('AT+CMEE?')).toBe('AT+CMEE?\r\r\n+CMEE: 0\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CFUN=1,1', 3000)).toContain('RDY');
  });
});
