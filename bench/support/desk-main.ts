/**
 * A desk as a process of its own, built (dist/test-engine/desk-main.js): `fork('desk-main.js', [deskDir, cloudUrl])` signs
 * in as the sample company's administrator, pulls everything, and tells how that was.
 */
import { until } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import type { FirstSync } from './first-sync.ts';
import { watchLoop } from './loop-watch.ts';

const [deskDir, cloudUrl] = process.argv.slice(2);
if (!deskDir || !cloudUrl) throw new Error('usage: desk-main.js DESK_DIR CLOUD_URL');
const { client, close } = await startEngineHere(deskDir, 0);
await client.call('session.chooseEnvironment', { environment: 'production', cloudUrl });
const rssBefore = process.memoryUsage.rss();
const began = performance.now();
await client.call('session.signIn', { account: 'admin', password: 'demo1234' });
const watched = watchLoop();
await until(client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null, 300_000);
const tookMs = performance.now() - began;
const loop = watched();
const { user, system } = process.threadCpuUsage();
const all = process.cpuUsage();
// Of the whole life of the process, in KB.
const { maxRSS } = process.resourceUsage();
const leads = await client.call('leads.list', { query: {}, offset: 0, limit: 1 });
const calls = await client.call('calls.list', { query: {}, offset: 0, limit: 1 });
const result: FirstSync = {
  tookMs,
  ...loop,
  rssMb: maxRSS / 1024,
  rssBeforeMb: rssBefore / 1024 / 1024,
  busyMs: (user + system) / 1000,
  besideMs: (all.user + all.system - user - system) / 1000,
  leads: leads.total,
  calls: calls.total,
};
await close();
process.send?.(result, () => process.exit(0));
