import type { Disposable } from '#shared/base/dispose.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import type { Client } from './desk.ts';

/** What the agent is said to say, all the time. */
export const agentLevel = 5_000;
const frameMs = 20;
const frameSamples = 160;
const partFrames = 5;

interface Talk {
  readonly accountId: string;
  readonly answeredAt: number;
  parts: number;
}

/**
 * A window that speaks SIP as far as an engine can see it, without SIP and without a browser: its line is registered, whom
 * it dials answers at once, and both sides of the call come in parts of 100 ms. The customer counts: frame n of 20 ms
 * since the answer holds n + 1 in all its samples (recorded-frames.ts). It outlives an engine, as a real one does.
 */
export class ScriptedSipWindow implements Disposable {
  private readonly calls = new Map<string, Talk>();
  private readonly speaking = setInterval(() => this.speak(), 10);
  private client: Client | null = null;
  private orders: Disposable | null = null;

  /** Serves the engine behind that client from now on, with the calls that it carries. */
  attach(client: Client): void {
    this.detach();
    this.client = client;
    const calls = [...this.calls].map(([callId, { accountId }]) => ({ callId, accountId }));
    this.orders = client.listen('sip.orders', { calls }, ({ order, what }) => void this.obey(client, order, what));
  }

  /** As far as an engine knows it is gone. */
  detach(): void {
    this.orders?.dispose();
    this.orders = null;
    this.client = null;
  }

  /** It has that call still. */
  talks(callId: string): boolean {
    return this.calls.has(callId);
  }

  /** Whole frames that the customer has said by now. */
  spoken(callId: string): number {
    const talk = this.calls.get(callId);
    return talk ? Math.floor((nodeClock.mono() - talk.answeredAt) / frameMs) : 0;
  }

  dispose(): void {
    this.detach();
    clearInterval(this.speaking);
  }

  private async obey(client: Client, order: number, what: SipOrder): Promise<void> {
    const line = { phase: 'registered', trouble: null, status: null, retryInMs: null, simulated: true } as const;
    if (what.do === 'use')
      for (const { id } of what.accounts) await client.attempt('sip.line', { accountId: id, ...line });
    if (what.do === 'use' || what.do === 'clip' || what.do === 'reconnect') return;
    await client.attempt('sip.settled', { order, problem: null });
    if (what.do === 'dial') {
      await client.attempt('sip.event', { callId: what.callId, event: { type: 'answered' } });
      this.calls.set(what.callId, { accountId: what.accountId, answeredAt: nodeClock.mono(), parts: 0 });
    }
    if (what.do === 'hang-up') {
      this.calls.delete(what.callId);
      await client.attempt('sip.event', { callId: what.callId, event: { type: 'ended', cause: 'local-hang-up' } });
    }
  }

  /** What is said while no engine is there is said all the same. */
  private speak(): void {
    for (const [callId, talk] of this.calls)
      for (; this.spoken(callId) >= (talk.parts + 1) * partFrames; talk.parts += 1)
        void this.client?.attempt('sip.sound', { callId, pcm: partOf(talk.parts).toString('base64'), lackMs: 0 });
  }
}

function partOf(n: number): Buffer {
  const samples = Int16Array.from({ length: 2 * partFrames * frameSamples }, (_, at) =>
    at % 2 === 1 ? agentLevel : n * partFrames + Math.floor(at / 2 / frameSamples) + 1,
  );
  return Buffer.from(samples.buffer);
}
