import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountSmallDisk, pretendSmallDisk, type SmallDisk } from '#tests/support/small-disk.ts';
import { hangUp, reads, recordingFiles, recordingsFolder, talkWith } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** A disk that fills up while a call is recorded: a real small file system where we may mount one, and Node's refusal everywhere. */
let there: Installation;
let agent: DeskWindow;
let disk: SmallDisk | null = null;

beforeAll(async () => {
  there = await install();
  agent = new DeskWindow((await there.open()).page);
  await agent.enterDemo('agent');
  await agent.at('sim-5').waitFor();
});
afterAll(async () => {
  disk?.dispose();
  await there.close();
});

/** Of sound in stereo, about three seconds. */
const room = 96 * 1024;

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-mount-'));
  const mounted = mountSmallDisk(folder, room);
  mounted?.dispose();
  rmSync(folder, { recursive: true });
  return mounted !== null;
}
const disks = { 'a real file system': mountSmallDisk, 'refused writes': pretendSmallDisk };
const kinds = (Object.keys(disks) as (keyof typeof disks)[]).filter((kind) => kind !== 'a real file system' || mayMount()); // prettier-ignore

describe.each(kinds)('the disk is full while recording: %s', (kind) => {
  const number = kind === 'refused writes' ? '15400019999' : '15400029999';

  it('the call goes on; the receipt is red and says why and what to do', async () => {
    const folder = await recordingsFolder(there);
    mkdirSync(folder, { recursive: true });
    disk = disks[kind](folder, room);
    await talkWith(agent, number);
    await agent.at('note').fill('磁盘满了也要留下的记录');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 30_000 }).toBeGreaterThan(6);
    await agent.callState('通话中');
    await hangUp(agent);
    await agent.at('outcome-interested').click();
    const dock = agent.at('call-dock');
    await reads(dock, '时长不符', /录音只保存到 0:0[23]/, '磁盘空间不足', '请清理磁盘，至少留出 1 GB 空间');
    await reads(agent.at('note-state'), '已保存');
  });

  it('the record and the note are there, and what fitted can be played', async () => {
    const [wav] = (await recordingFiles(there)).filter(({ name }) => name.endsWith('.wav')).slice(-1);
    expect(wav?.bytes.length).toBeGreaterThan(1.5 * 32_000);
    // The system counts pages per processor: a few more than asked for may fit.
    expect(wav?.bytes.length).toBeLessThan(room * 1.25);
    await agent.goTo('通话');
    await agent.openRow(0);
    const drawer = agent.at('call-drawer');
    await reads(drawer, '有意向', '磁盘空间不足');
    expect(await drawer.getByTestId('note').inputValue()).toBe('磁盘满了也要留下的记录');
    await agent.at('play').click();
    const played = (): Promise<number> =>
      agent.page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);
    await expect.poll(played, { timeout: 20_000 }).toBeGreaterThan(1);
    await agent.at('close-drawer').click();
  });

  it('with room again the next call is recorded whole', async () => {
    disk?.dispose();
    disk = null;
    await talkWith(agent, number);
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 30_000 }).toBeGreaterThan(4);
    await hangUp(agent);
    await reads(agent.at('call-dock'), '录音已上传');
    expect(await agent.at('call-dock').innerText()).not.toContain('磁盘空间不足');
  });
});
