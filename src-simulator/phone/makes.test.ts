import { describe, expect, it } from 'vitest';
import { makes } from './makes.ts';
import { openTerminal, type Terminal } from './test-terminal.ts';
import type { MakeName } from './options.ts';

const ok = '\r\nOK\r\n';
const number = '15400009980';

function open(make: MakeName, options: Parameters<typeof openTerminal>[0] = {}): Terminal {
  const terminal = openTerminal({ make, ...options });
  terminal.ask('ATE0');
  terminal.ask('AT+CMEE=1');
  return terminal;
}

/** A WAV of the one format, `ms` long, all samples at this level. */
function wav(ms: number, level: number): Buffer {
  const data = Buffer.alloc(ms * 16);
  for (let at = 0; at < data.length; at += 2) data.writeInt16LE(level, at);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const pcmBytes = (terminal: Terminal): (() => number) => {
  let count = 0;
  terminal.phone.modems[0]?.pcm.onData((bytes) => (count += bytes.length));
  return () => {
    const seen = count;
    count = 0;
    return seen;
  };
};

describe('makes', () => {
  it('every make says who it is, and that it is simulated; only the JH-5 has its own commands', () => {
    for (const [name, { identity }] of Object.entries(makes)) {
      const terminal = open(name as MakeName);
      expect(terminal.ask('AT+CGMI')).toContain(identity.maker);
      expect(terminal.ask('AT+CGMR')).toContain('SIMULATED');
      expect(terminal.ask('AT+JHUPL=?').includes('+JHUPL')).toBe(name.startsWith('jh5'));
    }
  });
});

describe('Quectel', () => {
  it('has its own words for card and tries, and its two kinds of call report on request', () => {
    const terminal = open('quectel');
    expect(terminal.ask('AT+QCCID')).toBe('\r\n+QCCID: 89860026000001010101\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+QPINC="SC"')).toBe('\r\n+QPINC: "SC",3,10\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+ICCID')).toBe('\r\n+CME ERROR: 4\r\n');
    terminal.ask('AT^DSCI=1;+QINDCFG="ccinfo",1');
    expect(terminal.ask(`ATD${number};`)).toContain('^DSCI: 1,0,3,0,15400009980,129');
    expect(terminal.ask('AT+QHUP=17,1')).toContain('+QIND: "ccinfo",1,0,-1,0,0,"15400009980",129');
    expect(terminal.phone.calls[0]?.cause).toBe(17);
  });

  it('has sound only where the PCM port was opened before the call, and again for each call', () => {
    const terminal = open('quectel');
    const heard = pcmBytes(terminal);
    const call = (): number => {
      terminal.ask(`ATD${number};`, 500);
      const bytes = heard();
      terminal.ask('AT+CHUP');
      heard();
      return bytes;
    };
    terminal.ask('AT+QPCMV=1,0');
    expect(call()).toBeGreaterThan(5000);
    expect(terminal.ask('AT+QPCMV?')).toContain('+QPCMV: 1,0');
    expect(call()).toBe(0);
    terminal.ask('AT+QPCMV=1,0');
    expect(call()).toBe(0);
    terminal.ask('AT+QPCMV=0');
    terminal.ask('AT+QPCMV=1,0');
    expect(call()).toBeGreaterThan(5000);
    terminal.ask('AT+QPCMV=0');
    terminal.ask(`ATD${number};`, 200);
    terminal.ask('AT+QPCMV=1,0', 500);
    expect(heard()).toBe(0);
  });

  it('sends the far end the PCM port alone while it is open: the host must mix', () => {
    const terminal = open('quectel');
    terminal.ask('AT+QPCMV=1,0');
    terminal.ask(`ATD${number};`, 500);
    const { heard } = terminal.phone.farParty(number);
    expect(Math.max(...heard.samples)).toBe(0);
    terminal.phone.modems[0]?.pcm.write(new Uint8Array(Int16Array.from({ length: 160 }, () => 2000).buffer));
    terminal.pass(100);
    expect(heard.samples.filter((sample) => sample === 2000)).toHaveLength(160);
  });

  it('takes a file, plays it to the far end in a call, and says when it is over', () => {
    const terminal = open('quectel');
    const file = wav(200, 7000);
    expect(terminal.ask(`AT+QFUPL="UFS:opener.wav",${file.length}`)).toBe('\r\nCONNECT\r\n');
    terminal.type(file.subarray(0, 1000).toString('latin1'));
    expect(terminal.pass(100)).toBe('');
    terminal.type(file.subarray(1000).toString('latin1'));
    expect(terminal.pass(100)).toMatch(new RegExp(`^\r\n\\+QFUPL: ${file.length},[0-9a-f]{4}\r\n\r\nOK\r\n$`));
    expect(terminal.ask('AT+QFLST')).toContain(`+QFLST: "UFS:opener.wav",${file.length}`);
    expect(terminal.ask('AT+QPSND=1,"UFS:opener.wav",0')).toBe('\r\n+CME ERROR: 3\r\n');
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.ask('AT+QPSND=1,"UFS:no.wav",0')).toBe('\r\n+CME ERROR: 405\r\n');
    expect(terminal.ask('AT+QPSND=1,"UFS:opener.wav",0,7,7', 500)).toBe(`${ok}\r\n+QPSND: 0\r\n`);
    const played = terminal.phone.farParty(number).heard.samples.filter((sample) => sample === 7000);
    expect(played).toHaveLength(1600);
  });

  it('stops a file at once, and plays one again and again when asked to', () => {
    const terminal = open('quectel');
    const file = wav(100, 7000);
    terminal.ask(`AT+QFUPL="opener.wav",${file.length}`);
    terminal.type(file.toString('latin1'));
    terminal.ask('', 100);
    terminal.ask(`ATD${number};`, 200);
    terminal.ask('AT+QPSND=1,"opener.wav",1', 1000);
    expect(terminal.ask('AT+QPSND?', 1)).toContain('+QPSND: 1');
    expect(terminal.ask('AT+QPSND=0', 20)).toBe(ok);
    const { heard } = terminal.phone.farParty(number);
    const before = heard.samples.filter((sample) => sample === 7000).length;
    expect(before).toBeGreaterThan(7000);
    terminal.pass(500);
    expect(heard.samples.filter((sample) => sample === 7000)).toHaveLength(before);
  });

  it('gives an upload up that stops half-way, refuses a name twice, and deletes', () => {
    const terminal = open('quectel');
    terminal.ask('AT+QFUPL="UFS:a.wav",1000');
    terminal.type('half');
    expect(terminal.pass(6000)).toBe('\r\n+CME ERROR: 421\r\n');
    terminal.ask('AT+QFUPL="UFS:a.wav",3');
    terminal.type('abc');
    expect(terminal.pass(0)).toBe('\r\n+QFUPL: 3,0262\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+QFUPL="UFS:a.wav",3')).toBe('\r\n+CME ERROR: 407\r\n');
    expect(terminal.ask('AT+QFDEL="UFS:a.wav"')).toBe(ok);
    expect(terminal.ask('AT+QFDEL="UFS:a.wav"')).toBe('\r\n+CME ERROR: 405\r\n');
  });
});

describe('SIMCom', () => {
  it('reports VOICE CALL, rows of +CLCC up to stat 6, and a missed caller', () => {
    const terminal = open('simcom');
    terminal.ask('AT+CLCC=1');
    expect(terminal.ask('ATD15400009971;', 3000)).toBe(
      `${ok}${[2, 3, 0].map((stat) => `\r\n+CLCC: 1,0,${stat},0,0,"15400009971",129\r\n`).join('')}` +
        '\r\nVOICE CALL: BEGIN\r\n\r\n+CLCC: 1,0,6,0,0,"15400009971",129\r\n\r\nNO CARRIER\r\n\r\nVOICE CALL: END: 000001\r\n',
    );
    terminal.phone.incomingCall(1, '15400000137')?.end('remote');
    expect(terminal.heard()).toMatch(/NO CARRIER\r\n\r\nMISSED_CALL: \d\d:\d\d[AP]M 15400000137\r\n$/);
  });

  it('opens PCM only after the connection, and not right after ATA', () => {
    const terminal = open('simcom');
    const heard = pcmBytes(terminal);
    expect(terminal.ask('AT+CPCMREG=1')).toBe('\r\nERROR\r\n');
    terminal.phone.incomingCall(1, '15400000137');
    terminal.ask('ATA', 45);
    expect(terminal.ask('AT+CPCMREG=1', 5)).toBe('\r\nERROR\r\n');
    terminal.pass(100);
    expect(terminal.ask('AT+CPCMREG=1', 500)).toContain('OK');
    expect(heard()).toBeGreaterThan(5000);
    expect(terminal.ask('AT+CPCMREG=0')).toBe(ok);
    heard();
    terminal.pass(500);
    expect(heard()).toBe(0);
  });

  it('names its card and tries, switches between two slots, and hangs up by CHUP only', () => {
    const terminal = open('simcom', { shape: 'mux' });
    expect(terminal.ask('AT+CICCID')).toContain('+ICCID: 89860026000001010101');
    expect(terminal.ask('AT+SPIC')).toContain('+SPIC: 3,10,3,10');
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.ask('ATH')).toBe(ok);
    expect(terminal.phone.calls[0]?.state).toBe('active');
    terminal.ask('AT+CHUP');
    expect(terminal.phone.calls[0]?.state).toBe('ended');
    expect(terminal.ask('AT+SWITCHSIM=1', 3000)).toMatch(/^\r\nOK.*\*ATREADY: 1.*\+CPIN: READY.*SMS DONE.*PB DONE/s);
    expect(terminal.ask('AT+SWITCHSIM?')).toContain('+SWITCHSIM: 1');
    terminal.phone.pullSim(1);
    expect(terminal.ask('AT+SWITCHSIM=0')).toContain('ERROR');
  });
});

describe('Huawei', () => {
  it('reports ^ORIG ^CONF ^CONN ^CEND with its own duration', () => {
    const terminal = open('huawei');
    expect(terminal.ask('ATD15400009971;', 3000)).toBe(
      `${ok}${['^ORIG:1,0', '^CONF:1', '^CONN:1,0', '^CEND:1,1,104,16', 'NO CARRIER'].map((line) => `\r\n${line}\r\n`).join('')}`,
    );
    terminal.ask('AT^CURC=0');
    expect(terminal.ask(`ATD${number};`)).toBe(ok);
  });

  it('has words of its own for what it does not know, and gives the ICCID as it stands on the card', () => {
    const terminal = open('huawei');
    expect(terminal.ask('AT+QCCID')).toBe('\r\nCOMMAND NOT SUPPORT\r\n');
    expect(terminal.ask('AT+CLIP=1,1')).toBe('\r\nTOO MANY PARAMETERS\r\n');
    expect(terminal.ask('AT^ICCID?')).toBe('\r\n^ICCID: 98680062000010101010\r\n\r\nOK\r\n');
    terminal.phone.lockSim(1);
    terminal.heard();
    expect(terminal.ask('AT^CPIN?')).toContain('^CPIN: SIM PIN,3,10,3,10,3');
  });

  it('opens its voice port for the call that is under way', () => {
    const terminal = open('huawei');
    const heard = pcmBytes(terminal);
    expect(terminal.ask('AT^DDSETEX=2')).toBe('\r\n+CME ERROR: 3\r\n');
    terminal.ask(`ATD${number};`);
    terminal.ask('AT^DDSETEX=2', 500);
    expect(heard()).toBeGreaterThan(5000);
  });
});

describe('Cuttlefish', () => {
  it('ends lines by CR, never echoes, refuses bare AT and ATE0, and has 22 fields of signal', () => {
    const terminal = open('cuttlefish');
    expect(terminal.ask('AT')).toBe('+CME ERROR: 4\r');
    expect(terminal.ask('ATE1')).toBe('+CME ERROR: 4\r');
    expect(terminal.ask('AT+CSQ').split('\r')[0]?.split(',')).toHaveLength(22);
  });

  it('keeps the call at CHUP and ATH; CHLD=1 ends it; RING says only that something changed', () => {
    const terminal = open('cuttlefish');
    expect(terminal.ask('ATD15400009971;', 200)).toBe('OK\rRING\r');
    expect(terminal.ask('AT+CLCC')).toBe('+CLCC: 1,0,2,1,0,15400009971,129\rOK\r');
    expect(terminal.ask('AT+CHUP')).toBe('+CME ERROR: 4\r');
    expect(terminal.ask('ATH')).toMatch(/^OK\r/);
    expect(terminal.phone.calls[0]?.state).not.toBe('ended');
    expect(terminal.pass(3000)).toBe('RING\rRING\r');
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.ask('AT+CHLD=1')).toContain('OK\r');
    expect(terminal.phone.calls[1]?.endedBy).toBe('local');
  });
});

describe('phonesim', () => {
  it('refuses bare AT, chains, CMEE=2 and CHLD=?, and gives three fields of registration', () => {
    const terminal = open('phonesim');
    for (const line of ['AT+CMEE=2', 'AT+CHLD=?', 'AT+CSQ;+CREG?']) expect(terminal.ask(line)).toBe('\r\nERROR\r\n');
    expect(terminal.ask('AT')).toBe('\r\n+CME ERROR: 4\r\n');
    expect(terminal.ask('AT+CREG?')).toBe('\r\n+CREG: 0,1,"1A2B"\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+CGSN')).toMatch(/^\r\n\d{10}\r\n/);
  });

  it('reports by *ECAV; an incoming call ends without NO CARRIER', () => {
    const terminal = open('phonesim');
    expect(terminal.ask('ATD15400009971;', 3000)).toBe(
      `${ok}${[1, 2, 3].map((stat) => `\r\n*ECAV: 1,${stat},1,,,"15400009971",129\r\n`).join('')}` +
        '\r\nNO CARRIER\r\n\r\n*ECAV: 1,0,1,,,"15400009971",129\r\n',
    );
    const caller = terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.heard()).toBe('\r\n*ECAV: 1,6,1,,,"15400000137",129\r\n\r\nRING\r\n');
    caller?.end('remote');
    expect(terminal.heard()).toBe('\r\n*ECAV: 1,0,1,,,"15400000137",129\r\n');
  });
});
