/**
 * From the dial to the INVITE on the WebSocket: without a STUN server, with one that is dead, behind which browsers wait
 * 5 s for their candidates, with a TURN server that is dead, and with one that refuses the password. INVITES=10 for a
 * shorter run.
 */
import { IceServer } from '#simulator/pbx/ice-server.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { percentile, type Figure } from './figure.ts';
import { openSipBench } from './support/sip-bench.ts';

declare const phone: TestPhone;

/** Nobody dials again faster: the offer of the next call is made meanwhile. */
const between = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));

const number = '15400000137';
/** Nobody answers at a port that was closed again. */
const deadStun = [{ urls: 'stun:127.0.0.1:9' }];
const deadTurn = [{ urls: 'turn:127.0.0.1:9', username: 'desk', credential: 'x' }];

export async function run(): Promise<Figure[]> {
  return [
    await measure('sip-invite', []),
    await measure('sip-invite-dead-stun', deadStun),
    await measure('sip-invite-dead-turn', deadTurn),
    await refused(),
  ];
}

async function refused(): Promise<Figure> {
  const ice = await IceServer.start();
  try {
    return await measure('sip-invite-refused-turn', [{ urls: ice.turn(), username: ice.user, credential: 'wrong' }]);
  } finally {
    await ice.close();
  }
}

async function measure(name: string, iceServers: RTCIceServer[]): Promise<Figure> {
  const rounds = Number(process.env['INVITES'] ?? 60);
  const bench = await openSipBench([number]);
  const { agent } = bench;
  const times: number[] = [];
  try {
    await agent.start(bench.account, iceServers);
    await agent.until('line:registered');
    // Whoever dials in the first second waits for a relay that is not known to be silent yet.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (let n = 0; n < rounds; n += 1) {
      const id = `c${n}`;
      await agent.dial(id, number);
      await agent.until(`${id}:answered`);
      const told = await agent.told();
      const asked = told.find(({ what }) => what === `${id}:asked`)?.at ?? NaN;
      times.push((told.find(({ at, what }) => what === 'wire:INVITE' && at >= asked)?.at ?? NaN) - asked);
      await agent.page.evaluate((call) => phone.hangUp(call), id);
      await agent.until(`${id}:ended:local-hang-up`);
      await between();
    }
  } finally {
    await bench.close();
  }
  console.error(`${name}: median ${percentile(times, 0.5).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`);
  return { name, value: percentile(times, 0.95), unit: 'ms', bar: 30 };
}
