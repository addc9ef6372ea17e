import { describe, expect, it } from 'vitest';
import { obey } from './console.ts';
import { faultTable, type FaultName } from './faults.ts';
import { openTerminal, type Terminal } from './test-terminal.ts';

const ok = '\r\nOK\r\n';
const number = '15400009980';

function open(options: Parameters<typeof openTerminal>[0] = {}): Terminal {
  const terminal = openTerminal(options);
  terminal.ask('ATE0;+CMEE=1;+CLIP=1;+CREG=1');
  return terminal;
}

const clcc = (terminal: Terminal): string | undefined => /\+CLCC: (.*)\r/.exec(terminal.ask('AT+CLCC', 10))?.[1];
const inCall = (): Terminal => {
  const terminal = open();
  terminal.ask(`ATD${number};`, 200);
  return terminal;
};
const isNoise = (text: string): boolean => text.length > 0 && [...text].every((char) => char.charCodeAt(0) >= 0x80);

/** What each switch must be seen to do; every name of the table has its proof here, or the first test fails. */
const proofs: Record<FaultName, () => void> = {
  'wrong-port'() {
    const terminal = open();
    terminal.phone.faults.set('wrong-port');
    expect(isNoise(terminal.ask('AT', 500))).toBe(true);
    terminal.phone.faults.off('wrong-port');
    expect(terminal.ask('AT')).toBe(ok);
  },
  'brown-out'() {
    const terminal = open();
    terminal.phone.faults.set('brown-out', 5000);
    expect(terminal.pass(18_000).match(/RDY/g)).toHaveLength(3);
    terminal.phone.faults.off('brown-out');
    terminal.pass(5000);
    expect(terminal.pass(30_000)).toBe('');
  },
  'silent-death'() {
    const terminal = open();
    terminal.phone.faults.set('silent-death');
    expect(terminal.ask('AT', 60_000)).toBe('');
    terminal.phone.faults.off('silent-death');
    expect(terminal.ask('AT')).toBe(ok);
  },
  'baud-garbage'() {
    const terminal = open();
    terminal.phone.faults.set('baud-garbage');
    expect(terminal.ask('AT')).toBe('');
    terminal.phone.setCoverage(1, 'none');
    expect(isNoise(terminal.heard())).toBe(true);
  },
  garbage() {
    const terminal = open();
    terminal.phone.faults.set('garbage', 100);
    const noise = terminal.heard();
    expect([noise.length, isNoise(noise)]).toEqual([100, true]);
    expect(terminal.ask('AT')).toBe(ok);
  },
  'echo-flip'() {
    const terminal = open();
    terminal.phone.faults.set('echo-flip', 2);
    const echoed = Array.from({ length: 8 }, () => terminal.ask('AT').startsWith('AT'));
    expect(new Set(echoed).size).toBe(2);
  },
  'nul-bytes'() {
    const terminal = open();
    terminal.phone.faults.set('nul-bytes');
    expect(terminal.ask('AT')).toBe(`\0${ok}`);
  },
  chunks() {
    const terminal = open();
    const sizes: number[] = [];
    terminal.phone.modems[0]?.at.onData((bytes) => sizes.push(bytes.length));
    terminal.phone.faults.set('chunks', 2);
    expect(terminal.ask('AT+CSQ')).toBe('\r\n+CSQ: 27,99\r\n\r\nOK\r\n');
    expect(Math.max(...sizes)).toBe(2);
  },
  'urc-inside'() {
    const terminal = openTerminal({ modem: { latencyMs: () => 50 } });
    terminal.ask('ATE0;+CREG=1', 200);
    terminal.phone.faults.set('urc-inside');
    terminal.type('ATI\r');
    terminal.phone.setCoverage(1, 'none');
    expect(terminal.pass(100)).toMatch(/Jinhu\r\n\r\n\+CREG: 2\r\n\r\nJH-5/);
  },
  'same-prefix'() {
    const terminal = open();
    terminal.phone.faults.set('same-prefix');
    expect(terminal.ask('AT+CREG?')).toBe('\r\n+CREG: 1\r\n+CREG: 1,1\r\n\r\nOK\r\n');
  },
  'urc-storm'() {
    const terminal = open();
    terminal.phone.faults.set('urc-storm', 500);
    const lines = terminal.pass(2000).match(/\+CSQ: \d+,99/g) ?? [];
    expect(lines.length).toBeGreaterThan(950);
    terminal.phone.faults.off('urc-storm');
    expect(terminal.pass(1000)).toBe('');
  },
  'late-answer'() {
    const terminal = open();
    terminal.phone.faults.set('late-answer', 5000);
    expect(terminal.ask('AT', 4900)).toBe('');
    expect(terminal.pass(200)).toBe(ok);
  },
  'lost-result'() {
    const terminal = open();
    terminal.phone.faults.set('lost-result', 2);
    expect(terminal.ask('AT+CSQ')).toBe('\r\n+CSQ: 27,99\r\n');
    expect(terminal.ask('AT')).toBe('');
    expect(terminal.ask('AT')).toBe(ok);
  },
  'out-of-order'() {
    const terminal = open();
    terminal.phone.faults.set('out-of-order', 500);
    terminal.type('AT+CPIN?\rAT+CSQ\r');
    expect(terminal.pass(1000)).toBe('\r\n+CSQ: 27,99\r\n\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n');
  },
  'dial-result'() {
    for (const [word, result] of [
      ['busy', 'BUSY'],
      ['no-carrier', 'NO CARRIER'],
      ['no-answer', 'NO ANSWER'],
      ['no-dialtone', 'NO DIALTONE'],
      ['cme-30', '+CME ERROR: 30'],
    ] as const) {
      const terminal = open();
      terminal.phone.faults.setByText(`dial-result=${word}`);
      expect(terminal.ask(`ATD${number};`)).toBe(`\r\n${result}\r\n`);
      expect(clcc(terminal)).toBeUndefined();
    }
  },
  'no-carrier-first'() {
    const terminal = open();
    terminal.phone.faults.set('no-carrier-first');
    expect(terminal.ask(`ATD${number};`, 5000)).toBe(`\r\nNO CARRIER\r\n${ok}`);
    expect(terminal.phone.calls).toMatchObject([{ state: 'ended', answeredAt: null }]);
  },
  'late-no-carrier'() {
    const terminal = inCall();
    terminal.phone.faults.set('late-no-carrier', 300);
    expect(terminal.ask('AT+CHUP')).toBe(ok);
    expect(terminal.ask('ATD15400009985;', 500)).toContain('\r\nNO CARRIER\r\n');
    expect(clcc(terminal)).toContain('15400009985');
  },
  'slow-dial'() {
    const terminal = open();
    terminal.phone.faults.set('slow-dial', 3000);
    expect(terminal.ask(`ATD${number};`, 2900)).toBe('');
    expect(terminal.pass(200)).toBe(ok);
    terminal.ask('AT+CHUP');
    terminal.ask(`ATD${number};`, 1000);
    terminal.type('A');
    expect(terminal.pass(5000)).toBe('\r\nNO CARRIER\r\n');
  },
  'no-alerting'() {
    const terminal = open();
    terminal.phone.faults.set('no-alerting');
    terminal.ask('ATD15400009983;', 2900);
    expect(clcc(terminal)).toContain('1,0,2');
    terminal.pass(200);
    expect(clcc(terminal)).toContain('1,0,0');
  },
  'no-clcc'() {
    const terminal = open();
    terminal.ask('AT^DSCI=1');
    terminal.phone.faults.set('no-clcc');
    expect(terminal.ask(`ATD${number};`, 2000)).toBe(ok);
    expect(terminal.ask('AT+CLCC')).toBe('\r\n+CME ERROR: 4\r\n');
  },
  'hang-up-error'() {
    const terminal = inCall();
    terminal.phone.faults.set('hang-up-error', 2);
    expect(terminal.ask('AT+CHUP')).toBe('\r\n+CME ERROR: 4\r\n');
    expect(terminal.ask('AT+CHLD=1')).toBe('\r\n+CME ERROR: 4\r\n');
    expect(terminal.phone.calls[0]?.state).toBe('active');
    terminal.ask('AT+CHUP');
    expect(terminal.phone.calls[0]?.state).toBe('ended');
  },
  'silent-end'() {
    const terminal = open();
    terminal.ask('AT^DSCI=1');
    terminal.ask('ATD15400009971;', 1200);
    terminal.phone.faults.set('silent-end');
    expect(terminal.pass(2000)).toBe('');
    expect(terminal.phone.calls[0]?.endedBy).toBe('remote');
    expect(clcc(terminal)).toBeUndefined();
  },
  'stuck-call'() {
    const terminal = inCall();
    terminal.phone.faults.set('stuck-call', 3);
    for (const line of ['AT+CHUP', 'AT+CHLD=11', 'ATH']) {
      expect(terminal.ask(line)).toBe(ok);
      expect(clcc(terminal)).toContain('1,0,0');
    }
    terminal.ask('AT+CHLD=0');
    terminal.ask('AT+CHUP');
    expect(clcc(terminal)).toBeUndefined();
  },
  'ath-ignored'() {
    const terminal = inCall();
    terminal.phone.faults.set('ath-ignored');
    expect(terminal.ask('ATH')).toBe(ok);
    expect(clcc(terminal)).toContain('1,0,0');
  },
  'packet-bearer'() {
    const terminal = open();
    terminal.phone.faults.set('packet-bearer');
    expect(clcc(terminal)).toBe('7,0,0,1,0,"",128');
  },
  renumber() {
    const terminal = inCall();
    terminal.ask('AT+CCWA=1');
    terminal.phone.faults.set('renumber');
    terminal.phone.incomingCall(1, '15400000137');
    terminal.ask('AT+CHLD=1');
    expect(clcc(terminal)).toBe('1,1,0,0,0,"15400000137",129');
  },
  'no-clip'() {
    const terminal = open();
    terminal.phone.faults.set('no-clip');
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.pass(5000)).toBe('\r\nRING\r\n\r\nRING\r\n');
  },
  'late-clip'() {
    const terminal = open();
    terminal.phone.faults.set('late-clip', 1500);
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.pass(1400)).toBe('\r\nRING\r\n');
    expect(terminal.pass(200)).toContain('+CLIP: "15400000137"');
  },
  'ring-storm'() {
    const terminal = open();
    terminal.phone.faults.set('ring-storm', 50);
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.pass(1000).match(/RING/g)?.length).toBeGreaterThan(18);
  },
  'phantom-ring'() {
    const terminal = open();
    terminal.phone.faults.set('phantom-ring', 2);
    expect(terminal.heard()).toBe('\r\nRING\r\n\r\nRING\r\n');
    expect(clcc(terminal)).toBeUndefined();
  },
  impatient() {
    const terminal = inCall();
    terminal.ask('AT+CCWA=1');
    terminal.phone.faults.set('impatient', 3000);
    terminal.phone.incomingCall(1, '15400000137');
    terminal.pass(3100);
    expect(terminal.phone.calls[1]).toMatchObject({ state: 'ended', endedBy: 'remote', answeredAt: null });
    expect(clcc(terminal)).toContain('1,0,0');
  },
  'sim-busy'() {
    const terminal = open();
    terminal.phone.faults.set('sim-busy', 2);
    expect(terminal.ask('AT+CPIN?')).toBe('\r\n+CME ERROR: 14\r\n');
    expect(terminal.ask('AT+CIMI')).toBe('\r\n+CME ERROR: 14\r\n');
    expect(terminal.ask('AT+CPIN?')).toContain('READY');
  },
  'sim-failure'() {
    const terminal = open();
    terminal.phone.faults.set('sim-failure');
    expect(terminal.ask('AT+CPIN?')).toBe('\r\n+CME ERROR: 13\r\n');
  },
  'switch-fails'() {
    const terminal = open({ shape: 'mux' });
    terminal.phone.faults.set('switch-fails');
    expect(terminal.ask('AT+JHSLOT=3', 5000)).toContain('+CPIN: READY');
    expect(terminal.ask('AT+JHSLOT?')).toContain('+JHSLOT: 1');
  },
  'switch-lost'() {
    const terminal = open({ shape: 'mux' });
    terminal.phone.faults.set('switch-lost');
    expect(terminal.ask('AT+JHSLOT=3', 9000)).toMatch(/RDY.*\+CPIN: NOT READY\r\n$/s);
    terminal.ask('AT+CMEE=1');
    expect(terminal.ask('AT+CPIN?')).toContain('+CME ERROR: 10');
  },
  'switch-wrong'() {
    const terminal = open({ shape: 'mux' });
    terminal.phone.faults.set('switch-wrong');
    terminal.ask('AT+JHSLOT=3', 9000);
    expect(terminal.ask('AT+CCID')).toContain(terminal.phone.card(4)?.iccid);
  },
  'switch-unplugs'() {
    const terminal = open({ shape: 'mux' });
    terminal.phone.faults.set('switch-unplugs', 8000);
    terminal.ask('AT+JHSLOT=3', 1000);
    expect(terminal.phone.plugged).toBe(false);
    terminal.pass(8000);
    expect(terminal.phone.plugged).toBe(true);
    expect(terminal.ask('AT+CCID')).toContain(terminal.phone.card(3)?.iccid);
  },
  'ussd-silent'() {
    const terminal = open();
    terminal.phone.faults.set('ussd-silent');
    expect(terminal.ask('AT+CUSD=1,"*100#",15')).toBe(ok);
    terminal.phone.faults.off('ussd-silent');
    expect(terminal.pass(200_000)).toBe('');
  },
  'no-sound'() {
    const terminal = open();
    let bytes = 0;
    terminal.phone.modems[0]?.pcm.onData((piece) => (bytes += piece.length));
    terminal.phone.faults.set('no-sound');
    terminal.ask('AT+QPCMV=1,0');
    terminal.ask(`ATD${number};`, 2000);
    expect(bytes).toBe(0);
    terminal.phone.faults.off('no-sound');
    terminal.pass(200);
    expect(bytes).toBeGreaterThan(0);
  },
};

describe('fault switches', () => {
  it('every switch has a proof', () => {
    expect(Object.keys(proofs).sort()).toEqual(Object.keys(faultTable).sort());
  });

  it.each(Object.entries(proofs))('%s does what the table says', (_name, proof) => proof());

  it('are read from text, and what is wrong with it is said', () => {
    const { faults } = open().phone;
    faults.setByText('late-answer=1200');
    faults.setByText('stuck-call');
    expect(faults.active).toEqual(['late-answer=1200', 'stuck-call=2']);
    expect(() => faults.setByText('nonsense')).toThrow('unknown fault');
    expect(() => faults.setByText('late-answer=soon')).toThrow('a number above 0');
    expect(() => faults.setByText('no-alerting=1')).toThrow('takes no value');
    expect(() => faults.setByText('dial-result=maybe')).toThrow('dial-result is');
    faults.offByText('stuck-call');
    expect(faults.active).toEqual(['late-answer=1200']);
  });
});

describe('coverage of a card', () => {
  it('emergency only: registered to nobody, 110 goes through, others are +CME ERROR: 32', () => {
    const terminal = open();
    terminal.phone.setCoverage(1, 'emergency');
    expect(terminal.pass(2000)).toContain('+CREG: 8');
    expect(terminal.ask(`ATD${number};`)).toBe('\r\n+CME ERROR: 32\r\n');
    expect(terminal.ask('ATD110;')).toBe(ok);
  });
});

describe('what is typed at the simulator', () => {
  it('sets faults, moves cards, brings callers, pulls the cable', () => {
    const terminal = open();
    const { phone } = terminal;
    const type = (line: string): string => obey(phone, line);
    expect(type('fault urc-storm 500')).toBe('faults: urc-storm=500');
    expect(type('fault off urc-storm')).toBe('faults: none');
    expect(type('incoming 1 15400001234')).toBe('ringing');
    expect(terminal.heard()).toContain('+CLIP: "15400001234"');
    expect(type('hangup')).toBe('1 ended');
    expect(type('pull 3')).toBe('card is out');
    expect(phone.card(3)).toBeNull();
    type('insert 3');
    expect(phone.card(3)).not.toBeNull();
    type('lock 1 4321');
    expect(terminal.ask('AT+CPIN?')).toContain('SIM PIN');
    type('block 1');
    expect(terminal.ask('AT+CPIN?')).toContain('SIM PUK');
    type('coverage 2 none');
    expect(phone.card(2)?.coverage).toBe('none');
    type('signal 2 5');
    expect(phone.card(2)?.signal).toBe(5);
    type('reboot 1');
    expect(terminal.ask('AT')).toBe('');
    type('unplug');
    expect(phone.plugged).toBe(false);
    type('plug');
    expect(phone.plugged).toBe(true);
    expect(type('help')).toContain('urc-storm');
  });

  it('says what it did not understand, and goes on', () => {
    const { phone } = open();
    for (const line of ['nonsense', 'pull 9', 'coverage 1 good', 'signal 1 77', 'fault nonsense', 'constructor'])
      expect(obey(phone, line)).toMatch(/^\? /);
    expect(obey(phone, '  ')).toBe('');
  });
});
