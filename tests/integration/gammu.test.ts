import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { nodeClock } from '#simulator/node-clock.ts';
import { createSimulatedPhone, type SimulatedPhone } from '#simulator/phone/phone.ts';
import { openOnPtys, type PtyPhone } from '#simulator/phone/ptys.ts';
import { need } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

/**
 * gammu, the oldest of the free modem clients, knows nothing of this project: what it can do with the simulated phone
 * does not rest on our own idea of a modem. Each command is a run of its own that opens and closes the port; it takes
 * 3 s, nearly all of it gammu's own pauses, so each test has a modem of the phone to itself and they run side by side.
 */
const number = '15400009980';
let sim: SimulatedPhone;
let ptys: PtyPhone;
let folder: string;

beforeAll(async () => {
  sim = createSimulatedPhone({ clock: nodeClock, shape: 'modemPerSim', random: () => 0.5 });
  ptys = await openOnPtys(sim);
  folder = mkdtempSync(join(tmpdir(), 'gammu-'));
  for (const [index, { at }] of ptys.modems.entries())
    writeFileSync(rcOf(index + 1), `[gammu]\ndevice = ${at}\nconnection = at\n`);
});

const rcOf = (modem: number): string => join(folder, `gammurc${modem}`);

afterAll(async () => {
  await ptys.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly said: string;
}

/** @param enough ends a run that has said it: by its id, as Ctrl-C would; its code is then null */
function gammu(modem: number, words: readonly string[], enough?: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn('gammu', ['-c', rcOf(modem), ...words], {
      env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LANGUAGE: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const listen = (bytes: Buffer): void => {
      said += bytes.toString();
      if (enough !== undefined && said.includes(enough)) child.kill('SIGKILL');
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

it.concurrent('identify: maker, model, firmware, IMEI', async ({ expect }) => {
  const { code, said } = await gammu(1, ['identify']);
  expect(code, said).toBe(0);
  expect(said).toMatch(/Manufacturer\s*: Jinhu/);
  expect(said).toMatch(/Model\s*:.*JH-5 SIM/);
  expect(said).toMatch(/Firmware\s*: JH5-1\.0\.0 SIMULATED/);
  expect(said).toMatch(/IMEI\s*: 860000000000017/);
});

it.concurrent('networkinfo: registered at home, with its cell', async ({ expect }) => {
  const { code, said } = await gammu(2, ['networkinfo']);
  expect(code, said).toBe(0);
  expect(said).toMatch(/Network state\s*: home network/);
  expect(said).toMatch(/460 01/);
  expect(said).toMatch(/LAC 1A2B/);
  expect(said).toMatch(/GPRS\s*: attached/);
});

it.concurrent('dialvoice, senddtmf, cancelcall: the call stands between runs, the digit is heard, the end is ours', async ({
  expect,
}) => {
  const dialled = await gammu(3, ['dialvoice', number]);
  expect(dialled.code, dialled.said).toBe(0);
  await until('the call is answered', () => sim.calls.at(-1)?.state === 'active');
  expect(sim.calls).toMatchObject([{ slot: 3, number, direction: 'outbound' }]);

  const sent = await gammu(3, ['senddtmf', '7']);
  expect(sent.code, sent.said).toBe(0);
  expect(sim.farParty(number).digits).toBe('7');

  const ended = await gammu(3, ['cancelcall']);
  expect(ended.code, ended.said).toBe(0);
  await until('the call is over', () => sim.calls.at(-1)?.state === 'ended');
  expect(need(sim.calls.at(-1), 'call')).toMatchObject({ number, endedBy: 'local', cause: 16 });
  expect(sim.calls).toHaveLength(1);
});

it.concurrent('getussd: shows what the network answers, in Chinese; it waits for Ctrl-C by design', async ({
  expect,
}) => {
  const { code, said } = await gammu(4, ['getussd', '*100#'], '36.50');
  expect(said).toContain('话费余额 36.50 元');
  expect(code).toBeNull();
});
