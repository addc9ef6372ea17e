import { describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './test-terminal.ts';

const ok = '\r\nOK\r\n';
const number = '15400009980';

function open(): Terminal {
  const terminal = openTerminal({ shape: 'dsds' });
  terminal.ask('ATE0;+CMEE=1;+CLIP=1;+CREG=1');
  return terminal;
}

describe('one modem with two SIM stacks', () => {
  it('has two cards registered at a time and asks the selected one', () => {
    const terminal = open();
    expect(terminal.phone.modems).toHaveLength(1);
    expect(terminal.ask('AT+JHSLOT?')).toBe('\r\n+JHSLOT: 1,1\r\n+JHSLOT: 2,2\r\n\r\nOK\r\n');
    expect(terminal.ask('AT+JHSIM?')).toContain('+JHSIM: 1,0');
    for (const stack of [1, 2]) {
      terminal.ask(`AT+JHSIM=${stack}`);
      expect(terminal.ask('AT+CCID')).toContain(terminal.phone.card(stack)?.iccid);
      expect(terminal.ask('AT+CREG?')).toContain('+CREG: 1,1');
    }
    expect(terminal.ask('AT+JHSIM=3')).toBe('\r\n+CME ERROR: 50\r\n');
  });

  it('dials from the selected stack; a call stays where it is, and the other stack may not dial or be reached', () => {
    const terminal = open();
    terminal.ask('AT+JHSIM=2');
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.phone.calls).toMatchObject([{ slot: 2, state: 'active' }]);
    terminal.ask('AT+JHSIM=1');
    expect(terminal.ask('AT+JHSIM?')).toContain('+JHSIM: 1,2');
    expect(terminal.ask(`ATD${number};`)).toBe('\r\n+CME ERROR: 3\r\n');
    terminal.ask('AT+CCWA=1');
    expect(terminal.phone.incomingCall(1, '15400000137')).toBeNull();
    expect(terminal.phone.incomingCall(2, '15400000137')).not.toBeNull();
    expect(terminal.heard()).toBe('\r\n+CCWADS: "15400000137",129,1\r\n');
    terminal.ask('AT+CHLD=0');
    terminal.ask('AT+CHUP');
    expect(terminal.ask(`ATD${number};`)).toBe(ok);
    expect(terminal.phone.calls.at(-1)?.slot).toBe(1);
  });

  it('marks what stack 2 says by itself', () => {
    const terminal = open();
    const caller = terminal.phone.incomingCall(2, '15400000137');
    expect(terminal.heard()).toBe('\r\nRINGDS\r\n\r\n+CLIPDS: "15400000137",129,,,,0\r\n');
    expect(terminal.ask('ATA')).toBe(ok);
    caller?.end('remote');
    expect(terminal.heard()).toBe('\r\nNO CARRIER\r\n');
    terminal.phone.setCoverage(2, 'none');
    terminal.phone.setCoverage(1, 'roaming');
    expect(terminal.pass(2000)).toBe('\r\n+CREGDS: 2\r\n\r\n+CREG: 2\r\n\r\n+CREG: 5\r\n');
    terminal.phone.incomingCall(1, '15400000137');
    expect(terminal.heard()).toContain('\r\nRING\r\n');
  });

  it('brings another card to one stack while the other and the settings stay', () => {
    const terminal = open();
    expect(terminal.ask('AT+JHSLOT=2,1')).toBe('\r\n+CME ERROR: 3\r\n');
    expect(terminal.ask('AT+JHSLOT=4')).toBe('\r\n+CME ERROR: 50\r\n');
    expect(terminal.ask('AT+JHSLOT=2,4')).toBe(`${ok}\r\n+CREGDS: 0\r\n\r\n+CPINDS: NOT READY\r\n`);
    expect(terminal.ask('AT+CREG?')).toContain('+CREG: 1,1');
    expect(terminal.pass(5000)).toBe('\r\n+CPINDS: READY\r\n\r\n+CREGDS: 2\r\n\r\n+CREGDS: 1\r\n');
    terminal.ask('AT+JHSIM=2');
    expect(terminal.ask('AT+CCID')).toContain(terminal.phone.card(4)?.iccid);
    expect(terminal.phone.incomingCall(2, '15400000137')).toBeNull();
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.phone.calls.at(-1)?.slot).toBe(4);
    expect(terminal.ask('AT+JHSLOT=1,3')).toBe('\r\n+CME ERROR: 3\r\n');
  });

  it('a card pulled from one stack ends the calls of that stack only', () => {
    const terminal = open();
    terminal.ask(`ATD${number};`, 200);
    terminal.phone.pullSim(2);
    expect(terminal.heard()).toBe('\r\n+CREGDS: 0\r\n\r\n+CPINDS: NOT READY\r\n');
    expect(terminal.phone.calls[0]?.state).toBe('active');
    terminal.phone.pullSim(1);
    expect(terminal.phone.calls[0]).toMatchObject({ state: 'ended', endedBy: 'network' });
  });
});
