import { ManualClock } from '#shared/base/clock.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from './phone.ts';
import { sampleRate } from '../network/wav.ts';
import { levelVoices } from '../network/test-voices.ts';

/** A terminal on one AT port, on a clock that only moves when told: what a golden dialogue needs. */
export interface Terminal {
  readonly clock: ManualClock;
  readonly phone: SimulatedPhone;
  /** Types a line with CR, lets 100 ms pass, and gives back all that came. */
  ask(line: string, passMs?: number): string;
  type(text: string): void;
  /** What came since the last time, and forgets it. */
  heard(): string;
  pass(ms: number): string;
}

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function openTerminal(options: Partial<SimulatedPhoneOptions> = {}, modem = 0): Terminal {
  const clock = new ManualClock();
  const voices = levelVoices(sampleRate);
  const phone = createSimulatedPhone({ clock, shape: 'modemPerSim', random: seeded(7), voices, ...options });
  const port = phone.modems[modem]?.at;
  if (!port) throw new Error(`no modem ${modem}`);
  let text = '';
  port.onData((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  const type = (line: string): void => port.write(Buffer.from(line, 'latin1'));
  const heard = (): string => {
    const all = text;
    text = '';
    return all;
  };
  const pass = (ms: number): string => {
    clock.advance(ms);
    return heard();
  };
  return {
    clock,
    phone,
    type,
    heard,
    pass,
    ask(line, passMs = 100) {
      type(`${line}\r`);
      return pass(passMs);
    },
  };
}
