import { afterEach, beforeEach, expect, it } from 'vitest';
import { CloudDesk } from '#tests/support/cloud-desk.ts';
import { until } from '#tests/support/desk.ts';
import { startReplyThief } from '#tests/support/reply-thief.ts';

let desk: CloudDesk;
beforeEach(async () => {
  desk = await CloudDesk.open();
});
afterEach(() => desk.close());

it('what was called while the cloud was away arrives there once when it is back', async () => {
  await desk.signIn();
  await desk.cloud.close();
  const calls = [await desk.makeCall('15400000137'), await desk.makeCall('15400000138')];
  await until(desk.client, 'sync.state', null, ({ state, pendingRows, pendingRecordings }) => {
    return state === 'offline' && pendingRows > 0 && pendingRecordings === 2;
  });
  await desk.startCloudAgain();
  await desk.everythingArrived();
  await desk.expectInCloud(calls);
});

it('a call whose reply was lost is not there twice, nor is its recording', async () => {
  const thief = await startReplyThief(desk.cloud.url);
  try {
    await desk.signIn(thief.url);
    thief.steal(/^POST .*\/push/, 2);
    const first = await desk.makeCall('15400000137');
    await desk.everythingArrived();
    expect(thief.stolen).toBe(2);
    thief.steal(/^(POST|PATCH) .*\/(uploads?|recordings?)/, 2);
    const second = await desk.makeCall('15400000138');
    await desk.everythingArrived();
    expect(thief.stolen).toBe(4);
    await desk.expectInCloud([first, second]);
  } finally {
    await thief.close();
  }
});
