import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { deskContractVersion } from '#shared/desk-contract/contract.ts';
import { connect, type ConnectedDesk } from '#shared/desk-contract/connect.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';
import type { Peer } from '#shared/desk-contract/kit.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { contractHash } from '#shared/desk-contract/hash.ts';
import { sampleContract, SampleEngine, type SampleContract } from './sample-contract.ts';

/** One kind of port, brought up for one test. */
interface Link {
  /** A fresh client end; its engine end has been handed to the `serve` given to the opener. */
  openPort(): Promise<FramePort>;
  readonly peerKind: Peer['kind'];
  close(): Promise<void>;
}
export type OpenLink = (serve: (port: FramePort, peer: Peer) => void) => Promise<Link>;

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

/** What every port has to keep. A new kind of port passes this suite, or it is none. */
export function describeConformance(name: string, openLink: OpenLink): void {
  describe(`desk contract over ${name}`, () => {
    let engine: SampleEngine;
    let link: Link;
    let clock: ManualClock;
    let ports: FramePort[];
    let served: { dispose(): void }[];
    let desk: ConnectedDesk<SampleContract>;

    const dial = async (): Promise<FramePort> => {
      const port = await link.openPort();
      ports.push(port);
      return port;
    };
    const open = async (): Promise<void> => {
      desk = connect(sampleContract, { openPort: dial, clock, random: () => 0.5 });
      await until(() => expect(desk.status).toBe('open'));
    };
    /** The engine's side goes away, as in a crash; the client comes back after its backoff. */
    const breakOff = async (): Promise<void> => {
      const before = engine.served;
      for (const one of served.splice(0)) one.dispose();
      await until(() => expect(desk.status).toBe('connecting'));
      clock.advance(5_000);
      await until(() => expect(engine.served).toBe(before + 1));
    };

    beforeEach(async () => {
      engine = new SampleEngine();
      clock = new ManualClock();
      ports = [];
      served = [];
      link = await openLink((port, peer) => served.push(engine.serve(port, peer)));
      await open();
    });
    afterEach(async () => {
      desk.dispose();
      for (const port of ports) port.close();
      await link.close();
    });

    it('answers a call with its value, and tells the engine who asks', async () => {
      expect(await desk.call('add', { a: 2, b: 3 })).toEqual({ sum: 5 });
      expect(await desk.call('whoAmI', null)).toBe(link.peerKind);
    });

    it('carries any text whole, and answers in whatever order the engine does', async () => {
      const text = '客户 😀 "\\ \u2028 \u0000'.repeat(2_000);
      expect(await desk.call('echo', text)).toBe(text);
      const many = Array.from({ length: 100 }, (_, n) => desk.call('add', { a: n, b: n }));
      expect(await Promise.all(many)).toEqual(Array.from({ length: 100 }, (_, n) => ({ sum: 2 * n })));
    });

    it('gives a declared refusal as a value, with its details and nothing of its cause', async () => {
      const answer = await desk.attempt('refuse', null);
      expect(answer).toEqual({ ok: false, error: { code: 'call.busy', details: { line: 2 } } });
    });

    it('turns undeclared codes, crashes and bad outputs into `internal`, logged and without a word of them', async () => {
      for (const command of ['stray', 'crash', 'lie'] as const)
        expect(await desk.attempt(command, null)).toEqual({ ok: false, error: { code: 'internal', details: {} } });
      expect(engine.log.map(({ event }) => event)).toEqual(['bridge.bug', 'bridge.bug', 'bridge.bug']);
      expect(engine.log[1]?.fields).toContain('secret message');
    });

    it('lets no undeclared field out', async () => {
      expect(await desk.call('leak', null)).toEqual({ shown: 'yes' });
    });

    it('refuses bad input with the path of what is wrong', async () => {
      const answer = await desk.attempt('add', { a: 1, b: 'two' as never });
      expect(answer).toEqual({
        ok: false,
        error: { code: 'input.invalid', details: { issues: [{ path: 'b', code: 'invalid_type' }] } },
      });
    });

    it('refuses what the shell cannot do, commands and streams alike', async () => {
      expect(desk.can('listen-to-call')).toBe(true);
      expect(desk.can('global-shortcut')).toBe(false);
      expect(await desk.call('listenIn', null)).toBe('sound');
      const missing = { code: 'capability.missing', details: { capability: 'global-shortcut' } };
      expect(await desk.attempt('shortcut', null)).toEqual({ ok: false, error: missing });
      const onError = vi.fn();
      desk.listen('sound', null, () => undefined, onError);
      await until(() => expect(onError).toHaveBeenCalledWith(missing));
    });

    it('refuses names that the contract does not have, also those of every object', async () => {
      for (const name of ['nothing', 'constructor', '__proto__']) {
        const answer = await desk.attempt(name as 'add', { a: 1, b: 1 });
        expect(answer).toMatchObject({ ok: false, error: { code: 'input.invalid' } });
      }
    });

    it('cancels: the caller is free at once, the engine is told', async () => {
      const abort = createAbort();
      const answer = desk.attempt('forever', null, { signal: abort.signal });
      await until(() => expect(engine.hanging).toBe(1));
      abort.abort();
      expect(await answer).toEqual({ ok: false, error: { code: 'cancelled', details: {} } });
      await until(() => expect(engine.aborted).toBe(1));
    });

    it('gives up at the deadline and tells the engine', async () => {
      const answer = desk.attempt('hang', null);
      await until(() => expect(engine.hanging).toBe(1));
      clock.advance(4_999);
      expect(engine.aborted).toBe(0);
      clock.advance(1);
      expect(await answer).toMatchObject({ ok: false, error: { code: 'deadline.exceeded' } });
      await until(() => expect(engine.aborted).toBe(1));
    });

    it('streams states until nobody listens, only the newest of a burst', async () => {
      const seen: number[] = [];
      const listening = desk.listen('state', null, ({ n }) => seen.push(n));
      await until(() => expect(engine.openStreams).toBe(1));
      for (const n of [1, 2, 3]) engine.states.emit(n);
      await until(() => expect(seen).toEqual([3]));
      listening.dispose();
      await until(() => expect(engine.openStreams).toBe(0));
    });

    it('streams a log whole and in order, and goes on behind the last mark after a break', async () => {
      const seen: string[] = [];
      engine.write('a', 'b');
      desk.listen('journal', { only: null }, (line) => seen.push(line));
      await until(() => expect(seen).toEqual(['a', 'b']));
      engine.write('c');
      await until(() => expect(seen).toEqual(['a', 'b', 'c']));
      await breakOff();
      engine.write('d', 'e');
      await until(() => expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']));
      expect(engine.openStreams).toBe(1);
    });

    it('ends a stream that fails, with its code alone, after what it had sent', async () => {
      const events: unknown[] = [];
      desk.listen(
        'broken',
        null,
        (n) => events.push(n),
        (failure) => events.push(failure),
      );
      await until(() => expect(events).toEqual([1, { code: 'phone.lost', details: {} }]));
      expect(engine.openStreams).toBe(0);
    });

    it('ends a stream whose items break their word', async () => {
      for (const name of ['liar', 'unmarked'] as const) {
        const onError = vi.fn();
        desk.listen(name, null, () => expect.unreachable(), onError);
        await until(() => expect(onError).toHaveBeenCalledWith({ code: 'internal', details: {} }));
      }
      expect(engine.openStreams).toBe(0);
      expect(engine.log.map(({ event }) => event)).toEqual(['bridge.bug', 'bridge.bug']);
    });

    it('refuses what was on its way when the connection broke, and keeps what was asked meanwhile', async () => {
      const lost = desk.attempt('forever', null);
      await until(() => expect(engine.hanging).toBe(1));
      for (const one of served.splice(0)) one.dispose();
      expect(await lost).toMatchObject({ ok: false, error: { code: 'host.unavailable' } });
      expect(desk.status).toBe('connecting');
      const kept = desk.call('add', { a: 1, b: 1 });
      clock.advance(5_000);
      expect(await kept).toEqual({ sum: 2 });
    });

    it('releases everything of a peer that goes away', async () => {
      desk.listen('state', null, () => undefined);
      const call = desk.attempt('forever', null);
      await until(() => expect([engine.openStreams, engine.hanging]).toEqual([1, 1]));
      desk.dispose();
      await until(() => expect([engine.openStreams, engine.aborted]).toEqual([0, 1]));
      expect(await call).toMatchObject({ ok: false, error: { code: 'host.unavailable' } });
      await expect(desk.call('add', { a: 1, b: 1 })).rejects.toThrow(AppError);
    });

    describe('a peer that breaks the protocol', () => {
      const hello = { t: 'hello', version: deskContractVersion, hash: contractHash(sampleContract) } as const;
      const talk = async (...frames: unknown[]): Promise<unknown[]> => {
        const port = await dial();
        const heard: unknown[] = [];
        let ends = 0;
        port.onFrame((frame) => heard.push(frame));
        port.onClose(() => (ends += 1));
        for (const frame of frames) port.send(frame as never);
        await until(() => expect(ends).toBe(1));
        port.send({ t: 'cancel', id: 1 });
        return heard;
      };
      const bye = (code: string): unknown => ({ t: 'bye', error: { code, details: {} } });

      it.each([
        ['speaks before its hello', [{ t: 'call', id: 0, name: 'add', input: { a: 1, b: 1 } }]],
        ['sends what is no frame', [{ t: 'hello' }]],
        ['sends another shape', [[1, 2, 3]]],
      ])('%s: is told bye and dropped', async (_what, frames) => {
        expect(await talk(...frames)).toEqual([bye('input.invalid')]);
      });

      it('speaks another version or another schema: is told so and dropped', async () => {
        expect(await talk({ ...hello, version: 99 })).toEqual([bye('host.version-mismatch')]);
        expect(await talk({ ...hello, hash: 'x' })).toEqual([bye('host.version-mismatch')]);
      });

      it('uses an id twice: the first is answered, then it is dropped', async () => {
        const call = { t: 'call', id: 7, name: 'forever', input: null };
        const heard = await talk(hello, call, call);
        expect(heard).toEqual([expect.objectContaining({ t: 'welcome' }), bye('input.invalid')]);
        await until(() => expect(engine.aborted).toBe(1));
      });
    });
  });
}
