import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('npm run simulate:phone', { timeout: 20_000 }, () => {
  it('says where the ports are, logs a call, and ends clean', async () => {
    const child = spawn(process.execPath, [program, '--tcp', '--shape', 'mux']);
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    while (!text.includes('其他 any')) await once(child.stdout, 'data');
    const [, host, port] = /modem 1 {3}AT ([\d.]+):(\d+)/.exec(text) ?? [];
    expect(text).toContain('中国电信');
    expect(text).toContain('…9992');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    socket.write('ATD15400009990;\r');
    while (!text.includes('15400009990  dialing')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('refuses a shape that it does not know', async () => {
    const child = spawn(process.execPath, [program, '--shape', 'six']);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
  });
});
