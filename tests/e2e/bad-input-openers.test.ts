import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavHeader } from '#engine/audio/wav.ts';
import { addOpener } from '#tests/support/add-opener.ts';
import { tone } from '#tests/support/tone-power.ts';
import { lookInside, reads } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** Files that cannot be an opener: each is refused where it was dropped, and the list stays as it was. */
let there: Installation;
let agent: DeskWindow;

beforeAll(async () => {
  there = await install();
  agent = new DeskWindow((await there.open()).page);
  await agent.enterDemo('agent');
  await agent.goTo('设置');
  await agent.page.getByRole('link', { name: '开场白' }).click();
  await agent.at('openers-page').getByText('九月新品').first().waitFor();
});
afterAll(() => there.close());

const wav = (samples: Int16Array): Buffer =>
  Buffer.concat([wavHeader(8000, 1, samples.byteLength), Buffer.from(samples.buffer)]);
const give = (name: string, buffer: Buffer): Promise<void> =>
  agent.at('opener-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
const rows = () => agent.page.getByTestId(/^opener-[0-9a-f]{8}-/);
/** A .docx is a ZIP: this is how each begins. */
const docx = Buffer.concat([
  Buffer.from('PK\x03\x04\x14\x00\x06\x00[Content_Types].xml'),
  Buffer.alloc(40_000, 'word'),
]);

describe('a file that is no opener', () => {
  it.each([
    ['a document', '话术.docx', docx, ['这个文件不是可用的音频', '请上传 MP3 或 WAV 文件']],
    ['a document that calls itself MP3', '话术.mp3', docx, ['这个文件不是可用的音频', '请上传 MP3 或 WAV 文件']],
    ['a document that calls itself WAV', '话术.wav', docx, ['这个文件不是可用的音频', '请上传 MP3 或 WAV 文件']],
    ['nothing', '空.mp3', Buffer.alloc(0), ['这个文件不是可用的音频', '请上传 MP3 或 WAV 文件']],
    ['75 s long', '太长.wav', wav(tone(440, 75)), ['开场白太长', '这段有 75 秒，最长 60 秒', '请剪短后再上传']],
    ['silent', '没声音.wav', wav(new Int16Array(16_000)), ['这段音频没有声音', '请检查麦克风或音量']],
    ['a blink', '太短.wav', wav(tone(440, 0.2)), ['开场白太短', '至少要有半秒声音']],
  ])('%s is refused in words', async (_kind, name, bytes, words) => {
    await give(name, bytes);
    await reads(agent.at('opener-refused'), ...words);
    expect(await rows().count()).toBe(1);
    await reads(agent.at('openers-page'), '九月新品', /1 \/ 5/);
  });

  it('after a refusal a good file is taken, and the words go', async () => {
    await give('好的.wav', wav(tone(440, 2)));
    await expect.poll(() => rows().count(), { timeout: 30_000 }).toBe(2);
    expect(await agent.at('opener-refused').count()).toBe(0);
  });

  it('the sixth: says what to do, offers nothing to drop it on', async () => {
    const client = await lookInside(there);
    for (let n = 3; n <= 5; n += 1) await addOpener(client, tone(300 + n, 1));
    client.dispose();
    await expect.poll(() => rows().count(), { timeout: 30_000 }).toBe(5);
    await reads(agent.at('openers-page'), /5 \/ 5/, '最多 5 条。先删除一条，再添加。');
    expect(await agent.at('opener-file').count()).toBe(0);
  });
});
