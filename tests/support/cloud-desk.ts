import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readCompany } from '#cloud/database/access.ts';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { startCloud, type RunningCloud } from '#cloud/main/start-cloud.ts';
import { companyIds } from '#cloud/modules/companies/index.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { freePortAbove, freeTcpPort } from '#simulator/pbx/ports.ts';
import { until, type Client } from './desk.ts';
import { startEngineHere } from './engine-here.ts';
import { shiftedClock, toOfficeHours } from './office-clock.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from './pty-phone.ts';
import { tone } from './tone-power.ts';
import { wideCaps } from './wide-caps.ts';

const [person] = demoAccounts;

/** A desk with a phone on ptys and a real cloud beside it, which can go away and come back at the same address. */
export class CloudDesk {
  readonly dir: string;
  cloud: RunningCloud;
  readonly client: Client;
  private readonly port: number;
  private readonly shift: number;
  private readonly phone: OpenPtyPhone;
  private readonly closeEngine: () => Promise<void>;

  private constructor(
    dir: string,
    shift: number,
    cloud: RunningCloud,
    phone: OpenPtyPhone,
    engine: { client: Client; close(): Promise<void> },
  ) {
    this.dir = dir;
    this.shift = shift;
    this.cloud = cloud;
    this.port = Number(new URL(cloud.url).port);
    this.phone = phone;
    this.client = engine.client;
    this.closeEngine = engine.close;
  }

  static async open(): Promise<CloudDesk> {
    const dir = mkdtempSync(join(tmpdir(), 'jinhu-cloud-desk-'));
    // As root the cloud's PostgreSQL runs as somebody else, who must be able to pass through here.
    chmodSync(dir, 0o711);
    const shift = toOfficeHours();
    const phone = await openPtyPhone({ voices: new Map([['customer', tone(700, 30)], ['agent-talk', tone(500, 2)]]) }); // prettier-ignore
    // While it is away no other test is given its port by chance.
    const cloud = await startCloudIn(join(dir, 'cloud'), await freePortAbove(20_000, freeTcpPort), shift);
    return new CloudDesk(dir, shift, cloud, phone, await startEngineHere(join(dir, 'desk'), shift));
  }

  get cloudDir(): string {
    return join(this.dir, 'cloud');
  }

  /** On the same port as before, as a server that was restarted. */
  async startCloudAgain(): Promise<void> {
    this.cloud = await startCloudIn(this.cloudDir, this.port, this.shift);
  }

  async signIn(cloudUrl = this.cloud.url): Promise<void> {
    const { client, phone } = this;
    await client.call('session.chooseEnvironment', { environment: 'production', cloudUrl });
    await this.signInAgain();
    await client.call('settings.change', { phone: phone.connection, simCaps: wideCaps });
    await until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
    await until(client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null);
  }

  /** After the cloud has ended the session. */
  async signInAgain(): Promise<void> {
    await this.client.call('session.signIn', { account: person.account, password: person.password });
  }

  /** A call that is answered and recorded, with an outcome and a note. */
  async makeCall(number: string): Promise<string> {
    const { client, phone } = this;
    phone.sim.farParty(number).behaviour = answering(100, 'customer');
    const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
    await until(
      client,
      'calls.current',
      null,
      ({ call, talkMs }) => call?.id === callId && call.state === 'active' && talkMs >= 0,
    );
    const { heard } = phone.sim.farParty(number);
    while (heard.frameTimes.length < 60) await new Promise((resolve) => setTimeout(resolve, 20));
    await client.call('calls.hangUp', { callId });
    await client.call('calls.setOutcome', { callId, outcome: 'interested' });
    await client.call('calls.setNote', { callId, note: `断网时打的 ${number}` });
    await until(
      client,
      'calls.current',
      null,
      ({ call }) => call?.recording?.state !== 'recording' && call?.state === 'ended',
    );
    return callId;
  }

  everythingArrived(): Promise<unknown> {
    return until(
      this.client,
      'sync.state',
      null,
      ({ state, pendingRows, pendingRecordings }) => state === 'synced' && pendingRows + pendingRecordings === 0,
      50_000,
    );
  }

  /** The cloud's own tables and disk: each call once, as the desk has it, and its recording byte by byte. */
  async expectInCloud(callIds: readonly string[]): Promise<void> {
    const { calls, recordings } = await this.rowsInCloud();
    expect(calls.map(({ id }) => id).sort()).toEqual([...callIds].sort());
    expect(recordings.map(({ callId }) => callId).sort()).toEqual([...callIds].sort());
    const files = readdirSync(join(this.cloudDir, 'recordings'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => sha256(readFileSync(join(entry.parentPath, entry.name))));
    for (const callId of callIds) {
      const ours = await this.client.call('calls.get', { id: callId });
      const { startedAt, answeredAt, endedAt, talkMs, note, outcome } = ours;
      expect(calls.find(({ id }) => id === callId)).toMatchObject({ startedAt, answeredAt, endedAt, talkMs, note, outcome }); // prettier-ignore
      expect(outcome).toBe('interested');
      expect(ours).toMatchObject({ synced: true, recording: { state: 'uploaded' } });
      expect(recordings.find((one) => one.callId === callId)?.sha256).toBe(ours.recording?.sha256);
      expect(files.filter((hash) => hash === ours.recording?.sha256)).toHaveLength(1);
    }
    expect(files).toHaveLength(callIds.length);
  }

  /** What its one company has. */
  async rowsInCloud() {
    const { db } = this.cloud.deps;
    const [companyId = ''] = await companyIds(db);
    return readCompany(db, companyId, async (reader) => ({
      calls: await reader.selectFrom('call').selectAll().execute(),
      recordings: await reader.selectFrom('recording').selectAll().execute(),
      exports: await reader.selectFrom('audit').selectAll().where('entityType', '=', 'export').execute(),
    }));
  }

  async close(): Promise<void> {
    await this.closeEngine();
    await this.phone.ptys.close();
    await this.cloud.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const startCloudIn = (dataDir: string, port: number, shift: number): Promise<RunningCloud> =>
  startCloud({ dataDir, host: '127.0.0.1', port, sample: true, logger: silentLogger, clock: shiftedClock(shift) });
