/**
 * Hundreds of SIP calls in a row through the whole program: station, built window in Chromium, PBX and trunk; with opener
 * and recording, every way to end mixed. Afterwards no call may be stuck, no recording without its receipt, and the window
 * no bigger than before. SOAK=60 for a shorter run.
 */
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import type { Pbx } from '#simulator/pbx/pbx.ts';
import type { Trunk } from '#simulator/pbx/trunk.ts';
import { addOpener } from '#tests/support/add-opener.ts';
import { build } from '#tests/support/build.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { tone } from '#tests/support/tone-power.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { Figure } from './figure.ts';
import { openWholeSipDesk, pause, type WholeSipDesk } from './support/whole-sip-desk.ts';

const answers: Behaviour = { ...talkative, alertAfterMs: 20, answerAfterMs: [60, 60], replies: [] };
const silent: Behaviour = { ...answers, answerAfterMs: null, opening: [] };
/** What the customer does; what we do is in `through`. */
const manners = {
  'we hang up': answers,
  'they hang up': { ...answers, hangUpAfterMs: 500 },
  busy: { ...silent, alertAfterMs: null, releaseAfterMs: 100, cause: 17 },
  'given up': silent,
  declined: { ...silent, releaseAfterMs: 150, cause: 21 },
  'they call': answers,
} satisfies Record<string, Behaviour>;
type Manner = keyof typeof manners;
const kinds = Object.keys(manners) as Manner[];
const mannerOf = (n: number): Manner => kinds[n % kinds.length] ?? 'we hang up';

/** Each its own: nobody is called often. Synthetic, and behaviours of the number table are none of them. */
const numberOf = (n: number): string => `154${String(20_000_000 + n)}`;
/** What a page has to load, compile and cache is behind it by then. */
const warmUp = 24;

export async function run(): Promise<Figure[]> {
  const rounds = Number(process.env['SOAK'] ?? 500);
  build('renderer');
  const all = Array.from({ length: warmUp + rounds }, (_, n) => [numberOf(n), manners[mannerOf(n)]] as const);
  const desk = await openWholeSipDesk({ farParties: Object.fromEntries(all) });
  try {
    const soak = new Soak(desk);
    await addOpener(desk.client, tone(1000, 1));
    for (let n = 0; n < warmUp; n += 1) await soak.through(n);
    const before = await desk.heapKb();
    for (let n = warmUp; n < warmUp + rounds; n += 1) await soak.through(n);
    const slope = ((await desk.heapKb()) - before) / rounds;
    const { stuck, withoutReceipt } = await soak.look(warmUp + rounds);
    return [
      { name: 'sip-soak-stuck', value: stuck, unit: 'calls', bar: 0 },
      { name: 'sip-soak-without-receipt', value: withoutReceipt, unit: 'recordings', bar: 0 },
      { name: 'sip-soak-heap', value: slope, unit: 'KB per call', bar: 20 },
    ];
  } catch (thrown) {
    console.error(desk.there.log.slice(-20).join('\n'));
    throw thrown;
  } finally {
    await desk.close();
  }
}

class Soak {
  private readonly client: Client;
  private readonly trunk: Trunk;
  private readonly pbx: Pbx;

  constructor({ client, trunk, pbx }: WholeSipDesk) {
    this.client = client;
    this.trunk = trunk;
    this.pbx = pbx;
  }

  /** One call from its beginning to its end. Rejects with which one it was. */
  async through(n: number): Promise<void> {
    const manner = mannerOf(n);
    await this.call(n, manner).catch((thrown: unknown) => {
      throw new Error(`call ${n} (${manner}) came to nothing`, { cause: thrown });
    });
  }

  private async call(n: number, manner: Manner): Promise<void> {
    const callId = manner === 'they call' ? await this.taken(numberOf(n)) : await this.dialled(numberOf(n));
    if (manner === 'we hang up' || manner === 'they call') {
      await this.inState(callId, 'active');
      await pause(600);
      await this.client.call('calls.hangUp', { callId });
    } else if (manner === 'given up') {
      await this.inState(callId, 'alerting');
      await this.client.call('calls.hangUp', { callId });
    }
    await this.inState(callId, 'ended');
    await this.client.call('calls.dismiss', { callId });
  }

  /** Of all calls: those that are not over, and answered ones whose recording is not whole. */
  async look(calls: number): Promise<{ stuck: number; withoutReceipt: number }> {
    await pause(2_000);
    const query = { search: '', employeeId: null, from: null, to: null, result: null, outcome: null };
    const rows: CallView[] = [];
    for (let offset = 0; rows.length < calls; offset += 100) {
      const page = await this.client.call('calls.list', { query, offset, limit: 100 });
      // Sample calls of the demo are older than ours.
      rows.push(...page.rows.filter(({ number }) => number.includes('1542')));
      if (page.rows.length < 100) break;
    }
    const whole = ['sealed', 'uploading', 'uploaded'];
    const missing = Math.max(0, calls - rows.length);
    return {
      stuck: missing + rows.filter(({ state }) => state !== 'ended').length + this.trunk.open,
      withoutReceipt: rows.filter(
        ({ answeredAt, recording }) => answeredAt !== null && !whole.includes(recording?.state ?? 'none'),
      ).length,
    };
  }

  private async dialled(number: string): Promise<string> {
    const { callId } = await this.client.call('calls.dial', {
      ...{ number, leadId: null, channel: null, slot: null, hideNumber: false },
    });
    return callId;
  }

  private async taken(number: string): Promise<string> {
    await this.trunk.incomingCall(this.pbx, '8001', number);
    const { call } = await until(this.client, 'calls.current', null, (item) => item.call?.state === 'incoming');
    await this.client.call('calls.answer', { callId: call?.id ?? '' });
    return call?.id ?? '';
  }

  private async inState(callId: string, state: string): Promise<void> {
    await until(this.client, 'calls.current', null, ({ call }) => call?.id === callId && call.state === state);
  }
}
