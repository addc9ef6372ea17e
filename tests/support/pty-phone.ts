import type { PhoneConnection } from '#shared/desk-contract/areas/settings.ts';
import { talkative, type Behaviour } from '#simulator/phone/behaviours.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { openOnPtys, type PtyPhone } from '#simulator/phone/ptys.ts';

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

/** A simulated phone of one modem behind a slot switch, on real ptys; the setting that connects a desk to it. */
export async function openPtyPhone(
  options: Partial<SimulatedPhoneOptions> = {},
): Promise<{ sim: SimulatedPhone; ptys: PtyPhone; connection: PhoneConnection }> {
  const modem = { registerMs: 50, restartMs: 300, ...options.modem };
  const sim = createSimulatedPhone({ clock: nodeClock, random: () => 0.5, shape: 'mux', ...options, modem });
  const ptys = await openOnPtys(sim);
  const [ports] = ptys.modems;
  if (!ports) throw new Error('the simulated phone has no modem');
  const serial = (path: string): { kind: 'serial'; path: string; baudRate: number } => ({ kind: 'serial', path, baudRate: 115_200 }); // prettier-ignore
  return { sim, ptys, connection: { kind: 'mux', modem: { at: serial(ports.at), pcm: serial(ports.pcm) } } };
}
