/**
 * The simulated phone as a process of its own, so that its work is not counted as the engine's: forked by
 * phone-process.ts. All times are `process.hrtime` in ms, which is one clock for all processes of this machine.
 */
import { answering, openPtyPhone } from '#tests/support/pty-phone.ts';
import { tone } from '#tests/support/tone-power.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { agentHz, machineMs, type BenchPhone, type FromPhone, type ToPhone } from './phone-process.ts';

const tell = (message: FromPhone): void => void process.send?.(message);
const clock = { ...nodeClock, mono: machineMs };
// The agent speaks without a pause: silence that the customer hears is then nobody's but ours.
const voices = new Map([
  ['agent-talk', tone(agentHz, 120)],
  ['quiet', new Int16Array(8000)],
]);
const kind = process.argv[2] as BenchPhone;
// A make whose sound port owns the uplink, and which reports each step of a call by itself.
const make = ['pcm', 'file', 'reports'].includes(kind) ? 'quectel' : 'jh5';
const shape = kind === 'modem-per-sim' ? 'modemPerSim' : 'mux';
const { sim, ptys, connection, say } = await openPtyPhone({ clock, voices, shape, make }, { onAt });

function onAt(bytes: Uint8Array): void {
  const at = machineMs();
  const text = Buffer.from(bytes).toString('latin1');
  const number = /ATD(\d+);/.exec(text)?.[1];
  if (number) tell({ type: 'dialled', number, at });
  if (/AT\+CHUP|ATH|AT\+CHLD=1/.test(text)) tell({ type: 'hung-up', at });
}

const stormEveryMs = 10;
let storm: NodeJS.Timeout | undefined;

/** Evenly spread, as far as a timer can: what a late tick owes comes with the next one. */
function startStorm(perSecond: number): void {
  clearInterval(storm);
  const began = machineMs();
  let sent = 0;
  storm = setInterval(() => {
    const due = Math.floor(((machineMs() - began) * perSecond) / 1000);
    let reports = '';
    for (; sent < due; sent += 1) reports += `\r\n+CSQ: ${sent % 32},99\r\n`;
    say(reports);
  }, stormEveryMs);
}

const picked = new Set<object>();
sim.onCall((call) => {
  if (call.state !== 'active' || call.answeredAt === null || picked.has(call)) return;
  picked.add(call);
  tell({ type: 'answered', number: call.number, at: call.answeredAt });
});

process.on('message', (message: ToPhone) => {
  if (message.type === 'storm') return startStorm(message.perSecond);
  if (!('number' in message)) {
    const done = message.type === 'plug' ? ptys.plug() : ptys.unplug();
    return void done.then(() => tell({ type: `${message.type}ged` }));
  }
  const party = sim.farParty(message.number);
  if (message.type === 'busy')
    party.behaviour = {
      ...answering(0, 'quiet'),
      alertAfterMs: null,
      answerAfterMs: null,
      releaseAfterMs: 150,
      cause: 17,
    };
  if (message.type === 'rings') party.behaviour = { ...answering(20, 'quiet'), answerAfterMs: null };
  if (message.type === 'answers-after') party.behaviour = answering(message.ms, 'quiet');
  if (message.type === 'answers') party.behaviour = answering(20, 'quiet');
  if (message.type === 'heard')
    tell({
      type: 'heard',
      number: message.number,
      samples: party.heard.samples,
      frameTimes: [...party.heard.frameTimes],
    });
});
process.on('disconnect', () => void ptys.close().then(() => process.exit(0)));
tell({ type: 'ready', connection });
