import { describe, expect, it } from 'vitest';
import type { Transport } from '#engine/devices/face.ts';
import { openTerminal, type Terminal } from './test-terminal.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function at(terminal: Terminal): Transport {
  const transport = terminal.phone.loopback().modems[0]?.at();
  if (!transport) throw new Error('no modem');
  return transport;
}

async function ask(terminal: Terminal, transport: Transport, line: string): Promise<string> {
  let text = '';
  const listening = transport.onData((piece) => {
    text += Buffer.from(piece).toString('latin1');
  });
  await transport.write(bytes(`${line}\r`));
  terminal.clock.advance(100);
  await Promise.resolve();
  listening.dispose();
  return text;
}

describe('loopback transports', () => {
  it('open one after the other; a close does not drop the call', async () => {
    const terminal = openTerminal();
    const first = at(terminal);
    await first.open();
    await expect(at(terminal).open()).rejects.toMatchObject({ code: 'phone.port-busy' });
    await ask(terminal, first, 'ATE0');
    await ask(terminal, first, 'ATD15400009980;');
    await first.close();
    await first.close();
    await expect(first.write(bytes('AT\r'))).rejects.toMatchObject({ code: 'phone.lost' });
    const second = at(terminal);
    await second.open();
    expect(await ask(terminal, second, 'AT+CLCC')).toContain('+CLCC: 1,0,0,0,0,"15400009980"');
  });

  it('answer after the write has returned, never inside it', async () => {
    const terminal = openTerminal();
    const transport = at(terminal);
    await transport.open();
    let heard = 0;
    transport.onData(() => (heard += 1));
    const writing = transport.write(bytes('AT\r'));
    expect(heard).toBe(0);
    await writing;
    await Promise.resolve();
    expect(heard).toBe(1);
  });

  it('are lost once when the cable is pulled, cannot open without it, and open again with it', async () => {
    const terminal = openTerminal();
    const transport = at(terminal);
    const losses: string[] = [];
    transport.onLost((reason) => losses.push(reason));
    await transport.open();
    terminal.phone.unplug();
    terminal.phone.unplug();
    expect(losses).toEqual(['unplugged']);
    await expect(transport.write(bytes('AT\r'))).rejects.toMatchObject({ code: 'phone.lost' });
    await expect(at(terminal).open()).rejects.toMatchObject({ code: 'phone.port-missing' });
    terminal.phone.plug();
    const again = at(terminal);
    await again.open();
    expect(await ask(terminal, again, 'AT')).toContain('OK');
    await again.close();
    terminal.phone.unplug();
    expect(losses).toHaveLength(1);
  });
});
