import { pbkdf2 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { createSerialTransport } from '#engine/devices/transport/serial.ts';
import { systemClock } from '#engine/index.ts';

it('what has to leave at once waits for no pool of threads, and keeps its place behind what waits', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-serial-'));
  const path = join(dir, 'at');
  const socat = spawn('socat', ['-d', '-d', `PTY,link=${path},raw,echo=0`, '-']);
  const transport = createSerialTransport(systemClock, path, 115_200);
  onTestFinished(async () => {
    await transport.close();
    socat.kill();
    rmSync(dir, { recursive: true, force: true });
  });
  let heard = '';
  socat.stdout.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  // It says so when the port is there.
  await once(socat.stderr, 'data');
  await expect.poll(() => transport.open().then(() => true, () => false)).toBe(true); // prettier-ignore

  const order: string[] = [];
  const done = (what: string) => (): void => void order.push(what);
  const busy = Array.from(
    { length: 8 },
    () => new Promise((resolve) => pbkdf2('a', 'b', 400_000, 32, 'sha256', resolve)),
  );
  const hashed = Promise.all(busy).then(done('the threads are free'));
  await transport.write(Buffer.from('ATD1;\r'), true).then(done('at once'));
  const slow = transport.write(Buffer.from('AT+CSQ\r')).then(done('by a thread'));
  const behind = transport.write(Buffer.from('ATD2;\r'), true).then(done('behind it'));
  await Promise.all([hashed, slow, behind]);
  expect(order[0]).toBe('at once');
  expect(order.indexOf('behind it')).toBeGreaterThan(order.indexOf('by a thread'));
  await expect.poll(() => heard).toBe('ATD1;\rAT+CSQ\rATD2;\r');
});
