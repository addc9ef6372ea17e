/**
 * From the start of the process to the first answered command, a page of leads: the built station (dist/main/station.js)
 * on a person's database with 100,000 leads and 50,000 calls, session restored offline, no cloud, no phone. The time of
 * the client's WebSocket and of node itself is in it. STARTS=3 for a shorter run.
 */
import { build } from '#tests/support/build.ts';
import { median, type Figure } from './figure.ts';
import { makeBigDesk } from './support/big-desk.ts';
import { connectToStation, startStationProcess } from './support/station-process.ts';

export async function run(): Promise<Figure[]> {
  build('renderer', 'main');
  const desk = await makeBigDesk();
  const times: number[] = [];
  try {
    for (let n = 0; n < Number(process.env['STARTS'] ?? 9); n += 1) times.push(await startOnce(desk.dataDir));
  } finally {
    desk.remove();
  }
  console.error(`engine-start: ${times.map(Math.round).join(', ')} ms`);
  return [{ name: 'engine-start', value: median(times), unit: 'ms', bar: 500 }];
}

async function startOnce(dataDir: string): Promise<number> {
  const started = performance.now();
  const station = await startStationProcess(dataDir);
  const client = connectToStation(station.url);
  try {
    const page = await client.call('leads.list', { query: {}, offset: 0, limit: 50 });
    const took = performance.now() - started;
    if (page.total !== 100_000 || page.rows.length !== 50) throw new Error(`not the big desk: ${page.total} leads`);
    return took;
  } finally {
    client.dispose();
    await station.stop();
  }
}
