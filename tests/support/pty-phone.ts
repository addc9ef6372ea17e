import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { openOnPtys, type PtyPhone } from '#simulator/phone/ptys.ts';
import type { SimPort } from '#simulator/phone/sim-port.ts';
import { connectionTo } from './phone-connection.ts';

/** Somebody who picks up after `answerMs`, says one voice and never hangs up. */
export const answering = (answerMs: number, voice: string, hangUpAfterMs: number | null = null): Behaviour => ({
  ...talkative,
  alertAfterMs: Math.round(answerMs / 2),
  answerAfterMs: [answerMs, answerMs],
  hangUpAfterMs,
  opening: [{ voice }],
  replies: [],
});

/** Frame n (from 0) of 20 ms holds the value n + 1 in all its samples: what is missing from a copy can be counted. */
export function countingVoice(seconds: number): Int16Array {
  return Int16Array.from({ length: seconds * 8000 }, (_, sample) => Math.floor(sample / 160) + 1);
}

export interface OpenPtyPhone {
  readonly sim: SimulatedPhone;
  readonly ptys: PtyPhone;
  /** The setting that connects a desk to it. */
  readonly connection: PhoneConnection;
  /** The modem says this in addition, e.g. a storm of reports. */
  say(text: string): void;
}

/**
 * A simulated phone on real ptys; one modem behind a slot switch unless told otherwise.
 * @param wire.onAt what the host writes to the AT port, as it arrives
 * @param wire.retell changes what the modem answers, for a phone that differs in its words
 */
export async function openPtyPhone(
  options: Partial<SimulatedPhoneOptions> = {},
  wire: { onAt?: (bytes: Uint8Array) => void; retell?: (text: string) => string } = {},
): Promise<OpenPtyPhone> {
  const said = new Emitter<Uint8Array>();
  const modem = { registerMs: 50, restartMs: 300, ...options.modem };
  const sim = createSimulatedPhone({ clock: nodeClock, random: () => 0.5, shape: 'mux', ...options, modem });
  const tapped = (at: SimPort): SimPort => ({
    ...at,
    write(bytes) {
      wire.onAt?.(bytes);
      at.write(bytes);
    },
    onData(listener) {
      const extra = said.on(listener);
      const own = at.onData((bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        listener(wire.retell ? Buffer.from(wire.retell(text), 'latin1') : bytes);
      });
      return { dispose: () => [extra, own].forEach((one) => one.dispose()) };
    },
  });
  const ptys = await openOnPtys({
    modems: sim.modems.map(({ at, pcm }) => ({ at: tapped(at), pcm })),
    plugged: true,
    onPlugged: (listener) => sim.onPlugged(listener),
  });
  return {
    sim,
    ptys,
    connection: connectionTo(sim, ptys.modems),
    say: (text) => said.emit(Buffer.from(text, 'latin1')),
  };
}
