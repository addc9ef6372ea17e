import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SoundCardReport } from '#shared/desk-contract/areas/sound-card.ts';
import type { Desk } from '#renderer/app/desk.ts';
import { PhoneCardKeeper } from './phone-card-keeper.ts';

const name = 'JH-5U USB Audio';
const listed = (['audioinput', 'audiooutput'] as const).map((kind) => ({
  kind,
  deviceId: kind,
  label: name,
  groupId: 'g',
}));
const wanted = { device: 'phone', inputs: [name], outputs: [name], usbId: null };

let reports: SoundCardReport[];
let keeper: PhoneCardKeeper;
/** The browser's answers to «what is there», the last one again and again. */
let answers: (() => Promise<unknown>)[];
const silence = (): Promise<never> => new Promise(() => undefined);
const all = (): Promise<unknown> => Promise.resolve(listed);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', vi.fn());
  vi.stubGlobal('removeEventListener', vi.fn());
  vi.stubGlobal('navigator', {
    mediaDevices: {
      addEventListener: vi.fn(),
      removeEventListener: vi.fn(),
      enumerateDevices: () => (answers.length > 1 ? answers.shift() : answers[0])?.(),
      getUserMedia: silence,
    },
  });
  reports = [];
  const desk = {
    attempt: (_: string, report: SoundCardReport) => reports.push(report),
    listen: () => ({ dispose: () => undefined }),
  } as unknown as Desk;
  keeper = new PhoneCardKeeper({ desk, picked: () => null, changed: () => undefined });
});
afterEach(() => {
  keeper.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const away = { state: 'away', trouble: 'busy' };

describe('a sound system that hangs', () => {
  it('is told when it lists nothing; whether it works again is found out by opening the card', async () => {
    answers = [silence, all];
    keeper.follow({ wanted, serving: true, active: false });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(reports).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reports).toEqual([away]);
    answers = [all];
    keeper.look();
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reports.at(-1)).toEqual(away);
  });

  it('does not end the sound of a card that is open', async () => {
    const tracks = [{ stop: vi.fn(), addEventListener: vi.fn() }];
    vi.stubGlobal('AudioWorkletNode', class { readonly port = {}; connect = vi.fn(); }); // prettier-ignore
    vi.stubGlobal(
      'AudioContext',
      class {
        readonly state = 'running';
        readonly audioWorklet = { addModule: () => Promise.resolve() };
        createMediaStreamSource = () => ({ connect: vi.fn() });
        setSinkId = () => Promise.resolve();
        resume = () => Promise.resolve();
        close = () => Promise.resolve();
      },
    );
    navigator.mediaDevices.getUserMedia = () =>
      Promise.resolve({ getTracks: () => tracks, getAudioTracks: () => tracks } as unknown as MediaStream);
    answers = [all];
    keeper.follow({ wanted, serving: true, active: true });
    await vi.advanceTimersByTimeAsync(0);
    const found = { state: 'found', input: name, output: name };
    expect(reports).toEqual([found]);
    answers = [silence];
    keeper.look();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reports).toEqual([found]);
    expect(tracks[0]?.stop).not.toHaveBeenCalled();
    answers = [() => Promise.resolve([])];
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reports).toEqual([found, { state: 'away', trouble: 'missing' }]);
  });

  it('is told when the card does not open, and what changes meanwhile is looked at after it', async () => {
    answers = [all];
    keeper.follow({ wanted, serving: true, active: true });
    await vi.advanceTimersByTimeAsync(5_000);
    answers = [() => Promise.resolve([])];
    keeper.look();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reports).toEqual([away, { state: 'away', trouble: 'missing' }]);
  });
});
