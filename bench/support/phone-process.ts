import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';

export type ToPhone = { type: 'busy' | 'answers' | 'rings' | 'heard'; number: string } | { type: 'unplug' | 'plug' };
export type FromPhone =
  | { type: 'ready'; connection: PhoneConnection }
  | { type: 'unplugged' | 'plugged' }
  /** ATD has arrived at the phone's end of the cable. */
  | { type: 'dialled'; number: string; at: number }
  | { type: 'heard'; number: string; samples: Int16Array; frameTimes: number[] };

/** What the agent says into the handset; the opener is another tone. */
export const handsetHz = 500;

/** ms on a clock that all processes of this machine share. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export interface PhoneProcess {
  readonly connection: PhoneConnection;
  /** How the people at this number behave from now on. */
  behave(number: string, how: 'busy' | 'answers' | 'rings'): void;
  /** The cable of all ports; the phone has its own power, and its calls go on. */
  unplug(): Promise<void>;
  /** Resolves when the ports can be opened again, under the names that they had. */
  plug(): Promise<void>;
  /** When ATD with this number arrived at the phone. */
  dialled(number: string): Promise<number>;
  /** What the latest call to this number has heard so far: samples at 8 kHz, and when each 20 ms of them came. */
  heard(number: string): Promise<{ samples: Int16Array; frameTimes: number[] }>;
  close(): Promise<void>;
}

export async function startPhoneProcess(): Promise<PhoneProcess> {
  const child = fork(join(import.meta.dirname, 'phone-main.ts'), { serialization: 'advanced', execArgv: [] });
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
    dialled: async (number) => (await next('dialled', number)).at,
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
