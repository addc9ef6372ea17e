import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';

export type ToPhone =
  | { type: 'busy' | 'answers' | 'rings' | 'heard'; number: string }
  /** Picks up so long after the dial. */
  | { type: 'answers-after'; number: string; ms: number }
  | { type: 'unplug' | 'plug' }
  /** So many signal reports a second from now on. */
  | { type: 'storm'; perSecond: number };
export type FromPhone =
  | { type: 'ready'; connection: PhoneConnection }
  | { type: 'unplugged' | 'plugged' }
  /** ATD has arrived at the phone's end of the cable. */
  | { type: 'dialled'; number: string; at: number }
  /** The first command of a hang-up has. */
  | { type: 'hung-up'; at: number }
  /** Somebody has picked up, by the phone's own word. */
  | { type: 'answered'; number: string; at: number }
  | { type: 'heard'; number: string; samples: Int16Array; frameTimes: number[] };

/** What the agent says, into handset or headset; the opener is another tone. */
export const agentHz = 500;

/**
 * Five modems; one behind a slot switch; one of a make whose sound port owns the uplink, with a headset at the PC; the same
 * with its handset, where it plays the opener from a file of its own; one of a make that reports each step of a call.
 */
export type BenchPhone = 'modem-per-sim' | 'mux' | 'pcm' | 'file' | 'reports';

/** ms on a clock that all processes of this machine share. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export interface PhoneProcess {
  readonly connection: PhoneConnection;
  /** How the people at this number behave from now on. */
  behave(number: string, how: 'busy' | 'answers' | 'rings'): void;
  /** Whoever is at this number picks up `ms` after the dial. */
  answerAfter(number: string, ms: number): void;
  /** When somebody at this number picked up. */
  answered(number: string): Promise<number>;
  /** The cable of all ports; the phone has its own power, and its calls go on. */
  unplug(): Promise<void>;
  /** Resolves when the ports can be opened again, under the names that they had. */
  plug(): Promise<void>;
  /** When ATD with this number arrived at the phone. */
  dialled(number: string): Promise<number>;
  /** When the next hang-up command arrived at the phone. */
  hungUp(): Promise<number>;
  /** The modem reports its signal so often that nothing else is heard between. */
  storm(perSecond: number): void;
  /** What the latest call to this number has heard so far: samples at 8 kHz, and when each 20 ms of them came. */
  heard(number: string): Promise<{ samples: Int16Array; frameTimes: number[] }>;
  close(): Promise<void>;
}

export async function startPhoneProcess(kind: BenchPhone): Promise<PhoneProcess> {
  const child = fork(join(import.meta.dirname, 'phone-main.ts'), [kind], { serialization: 'advanced', execArgv: [] });
  const waiting = new Map<string, (message: FromPhone) => void>();
  const next = <T extends FromPhone['type']>(type: T, number = ''): Promise<Extract<FromPhone, { type: T }>> =>
    new Promise((resolve) => waiting.set(`${type} ${number}`, resolve as (message: FromPhone) => void));
  child.on('message', (message: FromPhone) => {
    const key = `${message.type} ${'number' in message ? message.number : ''}`;
    waiting.get(key)?.(message);
    waiting.delete(key);
  });
  const send = (message: ToPhone): void => void child.send(message);
  const { connection } = await next('ready');
  return {
    connection,
    behave: (number, type) => send({ type, number }),
    answerAfter: (number, ms) => send({ type: 'answers-after', number, ms }),
    answered: async (number) => (await next('answered', number)).at,
    dialled: async (number) => (await next('dialled', number)).at,
    hungUp: async () => (await next('hung-up')).at,
    storm: (perSecond) => send({ type: 'storm', perSecond }),
    heard: (number) => {
      send({ type: 'heard', number });
      return next('heard', number);
    },
    async unplug() {
      send({ type: 'unplug' });
      await next('unplugged');
    },
    async plug() {
      send({ type: 'plug' });
      await next('plugged');
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
