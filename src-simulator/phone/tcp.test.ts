import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeClock } from '../node-clock.ts';
import { createSimulatedPhone, type SimulatedPhone } from './phone.ts';
import { listenOnTcp, type TcpPhone } from './tcp.ts';
import { levelVoices } from '../network/test-voices.ts';

let phone: SimulatedPhone;
let opened: TcpPhone;

async function client(port: 'at' | 'pcm'): Promise<{ socket: Socket; until(pattern: RegExp): Promise<string> }> {
  const address = opened.modems[0]?.[port];
  if (!address) throw new Error('no modem');
  const socket = connect(address.port, address.host);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  return {
    socket,
    async until(pattern) {
      while (!pattern.test(text)) await once(socket, 'data');
      const all = text;
      text = '';
      return all;
    },
  };
}

async function start(): Promise<void> {
  phone = createSimulatedPhone({
    clock: nodeClock,
    shape: 'modemPerSim',
    random: () => 0.5,
    voices: levelVoices(8000),
    modem: { latencyMs: () => 0 },
  });
  opened = await listenOnTcp(phone);
}

afterEach(() => opened.close());

describe('phone on TCP', () => {
  it('takes AT and carries PCM on ports of their own', async () => {
    await start();
    const at = await client('at');
    const pcm = await client('pcm');
    at.socket.write('ATE0\r');
    await at.until(/OK/);
    at.socket.write('AT+QPCMV=1,0\r');
    await at.until(/OK/);
    at.socket.write('ATD15400009999;\r');
    await at.until(/OK/);
    const [frame] = (await once(pcm.socket, 'data')) as [Buffer];
    expect(frame.length % 640).toBe(0);
    at.socket.write('AT+CHUP\r');
    await at.until(/OK/);
    expect(phone.calls[0]).toMatchObject({ state: 'ended', endedBy: 'local' });
  });

  it('gives a port to the newest client, cuts all off when unplugged, and takes them again', async () => {
    await start();
    const first = await client('at');
    const closed = once(first.socket, 'close');
    const second = await client('at');
    await closed;
    const cut = once(second.socket, 'close');
    phone.unplug();
    await cut;
    phone.plug();
    const third = await client('at');
    third.socket.write('AT\r');
    expect(await third.until(/OK/)).toContain('AT\r\r\nOK');
  });
});
