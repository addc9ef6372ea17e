import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { connect, type ConnectOptions } from '#shared/desk-contract/connect.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { sampleContract, SampleEngine } from './sample-contract.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function rig(bend: Partial<ConnectOptions> = {}) {
  const engine = new SampleEngine();
  const clock = new ManualClock();
  const served: { dispose(): void }[] = [];
  const openPort = vi.fn((): Promise<FramePort> => {
    const [client, host] = createMemoryPortPair();
    served.push(engine.serve(host, { kind: 'in-process', id: 'test' }));
    return Promise.resolve(client);
  });
  const desk = connect(sampleContract, { openPort, clock, random: () => 0.999, ...bend });
  return { engine, clock, served, openPort, desk };
}

describe('connect', () => {
  it('waits longer after each failure, up to 5 s, and from the start again after a success', async () => {
    const openPort = vi.fn(() => Promise.reject(new Error('down')));
    const { clock, desk } = rig({ openPort });
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      await settle();
      const before = openPort.mock.calls.length;
      let waited = 0;
      for (; openPort.mock.calls.length === before && waited < 6_000; waited += 10) clock.advance(10);
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    desk.dispose();
  });

  it('is refused for good when the shell denies it or speaks another version', async () => {
    for (const code of ['access.denied', 'host.version-mismatch'] as const) {
      const openPort = vi.fn(() => Promise.reject(new AppError(code)));
      const { clock, desk } = rig({ openPort });
      const waiting = desk.attempt('echo', 'x');
      await settle();
      expect(desk.status).toBe('refused');
      expect(desk.refusal).toEqual({ code, details: {} });
      expect(await waiting).toMatchObject({ ok: false });
      clock.advance(60_000);
      await settle();
      expect(openPort).toHaveBeenCalledTimes(1);
    }
  });

  it('is refused for good by an engine of another version', async () => {
    const { desk } = rig({ version: 99 });
    const statuses: string[] = [];
    desk.onStatus((status) => statuses.push(status));
    await settle();
    expect(statuses).toEqual(['refused']);
    expect(desk.refusal?.code).toBe('host.version-mismatch');
    const onError = vi.fn();
    desk.listen('state', null, () => undefined, onError);
    await settle();
    expect(onError).toHaveBeenCalledWith({ code: 'host.unavailable', details: { reason: 'host.version-mismatch' } });
  });

  it('lets a call wait for the connection no longer than its deadline', async () => {
    const { clock, desk } = rig({ openPort: () => new Promise(() => undefined) });
    const answer = desk.attempt('echo', 'x');
    clock.advance(14_999);
    await settle();
    clock.advance(1);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'deadline.exceeded' } });
  });

  it('gives up on an engine that never welcomes it, and tries again', async () => {
    const silent = createMemoryPortPair()[0];
    const closed = vi.spyOn(silent, 'close');
    const openPort = vi.fn(() => Promise.resolve(silent));
    const { clock, desk } = rig({ openPort });
    await settle();
    clock.advance(10_000);
    expect(closed).toHaveBeenCalledOnce();
    clock.advance(250);
    expect(openPort).toHaveBeenCalledTimes(2);
    desk.dispose();
  });

  it('does not send a command again that may have been done', async () => {
    const { engine, clock, served, desk } = rig();
    await settle();
    const lost = desk.attempt('forever', null);
    await settle();
    served[0]?.dispose();
    expect(await lost).toMatchObject({ ok: false, error: { code: 'host.unavailable' } });
    clock.advance(250);
    await settle();
    expect(desk.status).toBe('open');
    expect(engine.hanging).toBe(1);
  });

  it('closes a port that arrives after it was disposed', async () => {
    let arrive: (port: FramePort) => void = () => undefined;
    const { desk } = rig({ openPort: () => new Promise((resolve) => (arrive = resolve)) });
    desk.dispose();
    const [late] = createMemoryPortPair();
    const closed = vi.spyOn(late, 'close');
    arrive(late);
    await settle();
    expect(closed).toHaveBeenCalledOnce();
    expect(desk.status).toBe('closed');
  });

  it('skips states while the window is slow, and sends the newest when it is not', async () => {
    const [client, host] = createMemoryPortPair();
    let backlog = 0;
    const engine = new SampleEngine();
    const slow: FramePort = { ...host, backlog: () => backlog };
    const clock = new ManualClock();
    const desk = connect(sampleContract, { openPort: () => Promise.resolve(client), clock, random: () => 0 });
    const served = engine.serve(slow, { kind: 'in-process', id: 'test' });
    const seen: number[] = [];
    desk.listen('state', null, ({ n }) => seen.push(n));
    await settle();
    backlog = 1_000_000;
    for (const n of [1, 2, 3]) {
      engine.states.emit(n);
      await settle();
    }
    expect(seen).toEqual([]);
    backlog = 0;
    await vi.waitFor(() => expect(seen).toEqual([3]), { timeout: 5_000, interval: 5 });
    served.dispose();
    desk.dispose();
  });
});
