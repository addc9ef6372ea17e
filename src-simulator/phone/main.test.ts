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

  it('takes a make and faults from the command line, and more by words at its stdin', async () => {
    const child = spawn(process.execPath, [
      program,
      '--tcp',
      '--shape',
      'mux',
      '--make',
      'quectel',
      '--fault',
      'no-clcc',
    ]);
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    while (!text.includes('faults: no-clcc')) await once(child.stdout, 'data');
    const [, host, port] = /modem 1 {3}AT ([\d.]+):(\d+)/.exec(text) ?? [];
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    socket.write('AT+CGMI\rAT+CLCC\r');
    while (!said.includes('ERROR')) await once(socket, 'data');
    expect(said).toContain('Quectel');
    child.stdin.write('fault off no-clcc\nincoming 1 15400001234\n');
    while (!said.includes('RING')) await once(socket, 'data');
    expect(text).toContain('faults: none');
    child.kill('SIGINT');
    await once(child, 'exit');
  });

  it.each([
    ['--make', 'nokia'],
    ['--fault', 'nonsense'],
  ])('refuses %s %s', async (...words) => {
    const child = spawn(process.execPath, [program, '--tcp', ...words]);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
  });

  it('refuses a shape that it does not know', async () => {
    const child = spawn(process.execPath, [program, '--shape', 'six']);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
  });
});
