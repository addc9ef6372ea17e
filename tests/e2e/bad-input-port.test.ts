import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import { openOnPtys, type PtyPhone } from '#simulator/phone/ptys.ts';
import { createPort } from '#simulator/phone/sim-port.ts';
import { openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { dial, hangUp, reads, withSettings } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** A real serial port (a pty) that somebody else holds, that is not there, or that has no phone behind it. */
let there: Installation;
let agent: DeskWindow;
let phone: OpenPtyPhone;
let talker: PtyPhone;
let holder: ChildProcess | null = null;

beforeAll(async () => {
  there = await install();
  phone = await openPtyPhone();
  talker = await openTalker();
  agent = new DeskWindow((await there.open()).page);
  await agent.enterDemo('agent');
});
afterAll(async () => {
  holder?.kill('SIGKILL');
  await there.close();
  await phone.ptys.close();
  await talker.close();
});

/** Another program that locks the port as every serial program does; it holds the port until it is ended. */
async function hold(path: string): Promise<void> {
  const options = JSON.stringify({ path, baudRate: 115_200 });
  const say = "(error) => console.log(error ? error.message : 'held')";
  const program = `new (require('serialport').SerialPort)(${options}, ${say}).resume()`;
  holder = spawn(process.execPath, ['-e', program], { cwd: resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
  if (!holder.stdout) throw new Error('no stdout');
  const [said] = (await once(holder.stdout, 'data')) as [Buffer];
  expect(String(said)).toContain('held');
}
async function letGo(): Promise<void> {
  if (!holder) throw new Error('nobody holds the port');
  expect(holder.exitCode).toBeNull();
  const gone = once(holder, 'exit');
  holder.kill('SIGTERM');
  await gone;
  holder = null;
}

/** Something that talks, but no AT: a GPS receiver, a scale … */
function openTalker(): Promise<PtyPhone> {
  const at = createPort('gps', () => at.emit(Buffer.from('$GPGGA,,,,,,0,00,99.99,,,,,,*48\r\n\xff\xfe\x00', 'latin1')));
  const pcm = createPort('gps-2', () => undefined);
  return openOnPtys({ modems: [{ at, pcm }], plugged: true, onPlugged: () => ({ dispose: () => undefined }) });
}

const serial = (path: string): PortSpec => ({ kind: 'serial', path, baudRate: 115_200 });
const at = (path: string): PhoneConnection => ({ kind: 'mux', modem: { at: serial(path), pcm: null } });
const pathOf = (ptys: PtyPhone): string => {
  const [modem] = ptys.modems;
  if (!modem) throw new Error('no modem');
  return modem.at;
};
const strip = () => agent.page.getByRole('banner');
const refusal = () => agent.at('dial-refusal');

describe('the port', () => {
  it('is held by another program: named, with what to do, in the bar and at the dial', async () => {
    const path = pathOf(phone.ptys);
    await hold(path);
    await withSettings(there, { phone: phone.connection });
    await reads(strip(), `话机端口 ${path} 被程序 node 占用`);
    await dial(agent, '15400009999');
    await reads(
      refusal(),
      '没有拨出',
      `话机端口 ${path} 被程序 node 占用`,
      `请关闭 node（进程 ${holder?.pid}），关闭后会自动连接`,
    );
    expect(phone.sim.calls).toHaveLength(0);
  });

  it('is given back: the phone connects by itself, and the dial goes through', async () => {
    await letGo();
    await agent.at('sim-5').waitFor();
    await refusal().getByRole('button', { name: '重拨' }).click();
    await agent.callState('通话中');
    expect(phone.sim.calls.map(({ number }) => number)).toEqual(['15400009999']);
    await hangUp(agent);
  });

  it('goes away with the cable and comes back with it', async () => {
    await phone.ptys.unplug();
    await reads(strip(), /找不到话机端口|话机连接断开/);
    await agent.goTo('设置');
    await agent.page.getByRole('main').getByRole('link', { name: '话机', exact: true }).click();
    await reads(agent.page.getByRole('main'), '请检查数据线', '插好后自动');
    await phone.ptys.plug();
    await agent.at('sim-5').waitFor();
    await reads(agent.page.getByRole('main'), '已连接', 'JH-5');
  });

  it('is not there', async () => {
    await withSettings(there, { phone: at('/dev/ttyNONE7') });
    await reads(strip(), '找不到话机端口 /dev/ttyNONE7');
    await reads(agent.page.getByRole('main'), '话机可能没有插好', '插好后自动连接', '重新选择端口');
  });

  it('has something else behind it', async () => {
    const path = pathOf(talker);
    await withSettings(there, { phone: at(path) });
    await reads(strip(), `端口 ${path} 上的设备不是话机`);
    await reads(agent.page.getByRole('main'), '请在「设置 → 话机」选择另一个端口');
    await dial(agent, '15400019999');
    await reads(refusal(), '没有拨出', '上的设备不是话机');
  });

  it('is chosen anew: the demo phone is there again', async () => {
    await withSettings(there, { phone: { kind: 'demo' } });
    await agent.at('sim-5').waitFor();
    await dial(agent, '15400029999');
    await agent.callState('通话中');
    expect(await refusal().count()).toBe(0);
    await hangUp(agent);
  });
});
