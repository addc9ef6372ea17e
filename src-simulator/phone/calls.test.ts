import { describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './test-terminal.ts';

const ok = '\r\nOK\r\n';
const clcc = (terminal: Terminal): string | undefined => /\+CLCC: (.*)\r/.exec(terminal.ask('AT+CLCC', 10))?.[1];
function quiet(options: Parameters<typeof openTerminal>[0] = {}, modem = 0): Terminal {
  const terminal = openTerminal(options, modem);
  terminal.ask('ATE0;+CMEE=1;+CLIP=1');
  return terminal;
}

describe('outbound calls', () => {
  it('OK means accepted; CLCC shows dialing, alerting, active; CHUP ends it', () => {
    const terminal = quiet();
    expect(terminal.ask('ATD15400009983;')).toBe(ok);
    expect(clcc(terminal)).toBe('1,0,2,0,0,"15400009983",129');
    terminal.pass(1500);
    expect(clcc(terminal)).toBe('1,0,3,0,0,"15400009983",129');
    terminal.pass(1500);
    expect(clcc(terminal)).toBe('1,0,0,0,0,"15400009983",129');
    expect(terminal.ask('AT+CHUP')).toBe(ok);
    expect(clcc(terminal)).toBeUndefined();
    expect(terminal.phone.calls).toMatchObject([
      {
        slot: 1,
        direction: 'outbound',
        state: 'ended',
        startedAt: 100,
        alertedAt: 1600,
        answeredAt: 3100,
        endedBy: 'local',
      },
    ]);
  });

  it.each([
    ['15400009990', 3000, '\r\nBUSY\r\n', 17],
    ['15400009991', 61_000, '\r\nNO ANSWER\r\n', 19],
    ['15400009992', 9000, '\r\nNO CARRIER\r\n', 1],
    ['15400009993', 9000, '\r\nNO CARRIER\r\n', 27],
    ['15400009997', 5000, '\r\nNO CARRIER\r\n', 21],
    ['15400009998', 2000, '\r\nNO CARRIER\r\n', 42],
  ])('%s comes to nothing: %s', (number, ms, result, cause) => {
    const terminal = quiet();
    expect(terminal.ask(`ATD${number};`)).toBe(ok);
    expect(terminal.pass(ms)).toBe(result);
    expect(terminal.ask('AT+CEER')).toContain(`+CEER: ${cause},`);
    expect(terminal.phone.calls[0]).toMatchObject({ answeredAt: null, cause });
  });

  it('without a network there is no dial tone, without ";" no voice call, with letters no number', () => {
    const terminal = quiet();
    expect(terminal.ask('ATD15400000137')).toBe('\r\nNO CARRIER\r\n');
    expect(terminal.ask('ATD154x;')).toBe('\r\n+CME ERROR: 27\r\n');
    terminal.phone.setCoverage(1, 'none');
    expect(terminal.ask('ATD15400000137;')).toBe('\r\nNO DIALTONE\r\n');
    expect(terminal.ask('ATX3D15400000137;')).toBe('\r\nNO CARRIER\r\n');
  });

  it('a byte during ATD calls it off; an LF right behind its CR does not', () => {
    const terminal = quiet();
    terminal.type('ATD15400000137;\r\n');
    terminal.pass(20);
    terminal.type('A');
    expect(terminal.pass(0)).toBe('\r\nNO CARRIER\r\n');
    expect(terminal.phone.calls).toMatchObject([{ state: 'ended', endedBy: 'local' }]);
    terminal.type('ATD15400000137;\r\n');
    expect(terminal.pass(100)).toBe(ok);
    expect(clcc(terminal)).toContain('1,0,2');
  });

  it('blocks in ATD when it is of such a make, or with COLP=1', () => {
    const blocking = quiet({ modem: { atdBlocks: true } });
    expect(blocking.ask('ATD15400009982;')).toBe('');
    expect(blocking.pass(2000)).toBe(ok);
    const named = quiet();
    named.ask('AT+COLP=1');
    expect(named.ask('ATD15400009982;', 2500)).toBe('\r\n+COLP: "15400009982",129\r\n\r\nOK\r\n');
    named.ask('AT+CHUP');
    expect(named.ask('ATD15400009990;', 2500)).toBe('\r\nBUSY\r\n');
  });

  it('tells states by DSCI and ccinfo when asked to', () => {
    const terminal = quiet();
    terminal.ask('AT^DSCI=1');
    expect(terminal.ask('ATD15400009971;', 3000)).toBe(
      `${ok}${[2, 7, 3, 6].map((stat) => `\r\n^DSCI: 1,0,${stat},0,15400009971,129\r\n`).join('')}\r\nNO CARRIER\r\n`,
    );
    terminal.ask('AT^DSCI=0;+QINDCFG="ccinfo",1');
    expect(terminal.ask('ATD15400009999;', 1000)).toContain('+QIND: "ccinfo",1,0,0,0,0,"15400009999",129');
  });

  it('lists its data bearer as a call of mode 1 when it is of such a make', () => {
    const terminal = quiet({ modem: { packetBearer: true } });
    terminal.ask('ATD15400009980;', 200);
    expect(terminal.ask('AT+CLCC')).toBe(
      '\r\n+CLCC: 1,0,0,1,0,"",128\r\n+CLCC: 2,0,0,0,0,"15400009980",129\r\n\r\nOK\r\n',
    );
    terminal.ask('AT+CHLD=12');
    expect(terminal.phone.calls[0]?.endedBy).toBe('local');
  });

  it('calls off a blocking ATD too, and answers it once', () => {
    const terminal = quiet({ modem: { atdBlocks: true } });
    terminal.ask('ATD15400000137;', 1000);
    expect(terminal.ask('')).toBe('\r\nNO CARRIER\r\n');
    expect(terminal.pass(60_000)).toBe('');
  });

  it('ATH does nothing with CVHU=1', () => {
    const terminal = quiet({ modem: { voiceHangUpControl: 1 } });
    terminal.ask('ATD15400009980;', 200);
    expect(terminal.ask('ATH')).toBe(ok);
    expect(clcc(terminal)).toContain('1,0,0');
    terminal.ask('AT+CVHU=0');
    terminal.ask('ATH');
    expect(clcc(terminal)).toBeUndefined();
  });

  it('ends the call when the card is pulled or the network goes', () => {
    const terminal = quiet();
    terminal.ask('ATD15400009980;', 200);
    terminal.phone.pullSim(1);
    expect(terminal.heard()).toContain('NO CARRIER');
    expect(terminal.phone.calls[0]).toMatchObject({ state: 'ended', endedBy: 'network' });
  });
});

describe('inbound and second calls', () => {
  it('rings with the caller, is answered, and the caller hangs up', () => {
    const terminal = quiet();
    const caller = terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.heard()).toBe('\r\nRING\r\n\r\n+CLIP: "15400000137",129,,,,0\r\n');
    expect(clcc(terminal)).toBe('1,1,4,0,0,"15400000137",129');
    expect(terminal.pass(4000)).toContain('RING');
    expect(terminal.ask('ATA')).toBe(ok);
    expect(clcc(terminal)).toContain('1,1,0');
    caller?.end('remote');
    expect(terminal.heard()).toBe('\r\nNO CARRIER\r\n');
    expect(terminal.pass(10_000)).toBe('');
  });

  it('stops ringing when nobody answers; ATA is too late then', () => {
    const terminal = quiet();
    terminal.phone.incomingCall(1, '');
    expect(terminal.heard()).toContain('+CLIP: "",128,,,,1');
    expect(terminal.pass(31_000)).toMatch(/NO CARRIER\r\n$/);
    expect(terminal.ask('ATA')).toBe('\r\nNO CARRIER\r\n');
  });

  it('answers by itself at the ring that S0 names', () => {
    const terminal = quiet();
    terminal.ask('ATS0=2');
    terminal.phone.incomingCall(1, '15400000137');
    terminal.pass(3900);
    expect(clcc(terminal)).toContain('1,1,4');
    terminal.pass(200);
    expect(clcc(terminal)).toContain('1,1,0');
  });

  it('call waiting: announced, swapped by CHLD=2, the rest released by CHLD=1', () => {
    const terminal = quiet();
    terminal.ask('AT+CCWA=1,1');
    terminal.ask('ATD15400009980;', 200);
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.heard()).toBe('\r\n+CCWA: "15400000137",129,1\r\n');
    expect(terminal.ask('AT+CHLD=2')).toBe(ok);
    expect(terminal.ask('AT+CLCC')).toContain(
      '+CLCC: 1,0,1,0,0,"15400009980",129\r\n+CLCC: 2,1,0,0,0,"15400000137",129',
    );
    expect(terminal.ask('AT+CHLD=1')).toBe(ok);
    expect(clcc(terminal)).toBe('1,0,0,0,0,"15400009980",129');
    expect(terminal.ask('AT+CHLD=11')).toBe(ok);
    expect(terminal.ask('AT+CHLD=1')).toBe('\r\n+CME ERROR: 3\r\n');
  });

  it('rings on for a waiting caller when the active call ends', () => {
    const terminal = quiet();
    terminal.ask('AT+CCWA=1');
    terminal.ask('ATD15400009980;', 200);
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.ask('AT+CHUP')).toContain('RING');
    expect(clcc(terminal)).toBe('2,1,4,0,0,"15400000137",129');
    terminal.ask('AT+CHUP');
    expect(terminal.phone.calls.map((call) => call.endedBy)).toEqual(['local', 'local']);
  });

  it('sends DTMF into an active call only', () => {
    const terminal = quiet();
    expect(terminal.ask('AT+VTS="5"')).toBe('\r\n+CME ERROR: 3\r\n');
    terminal.ask('ATD15400009980;', 200);
    terminal.ask('AT+VTS="5"');
    terminal.ask('AT+VTS=1,#');
    expect(terminal.phone.farParty('15400009980').digits).toBe('51#');
  });
});

describe('one modem behind a slot switch', () => {
  it('changes the card by a radio restart, and refuses in a call', () => {
    const terminal = quiet({ shape: 'mux' });
    expect(terminal.phone.modems).toHaveLength(1);
    expect(terminal.ask('AT+JHSLOT?')).toContain('+JHSLOT: 1');
    terminal.ask('ATD15400009980;', 200);
    expect(terminal.ask('AT+JHSLOT=3')).toBe('\r\n+CME ERROR: 3\r\n');
    terminal.ask('AT+CHUP');
    expect(terminal.ask('AT+JHSLOT=3')).toBe('\r\nOK\r\n\r\n+CPIN: NOT READY\r\n');
    expect(terminal.ask('AT+CPIN?')).toBe('\r\n+CME ERROR: 14\r\n');
    expect(terminal.pass(4000)).toBe('\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n');
    expect(terminal.ask('ATE0;+CCID')).toContain('898603');
    expect(terminal.ask('AT+JHSLOT?;+CREG?')).toContain('+JHSLOT: 3\r\n\r\n+CREG: 0,1');
    terminal.ask('ATD15400009980;', 200);
    expect(terminal.phone.calls.at(-1)?.slot).toBe(3);
    expect(terminal.phone.incomingCall(1, '15400000137')).toBeNull();
  });

  it('knows no slots when each SIM has its modem', () => {
    expect(quiet().ask('AT+JHSLOT?')).toBe('\r\n+CME ERROR: 4\r\n');
  });
});
