/**
 * The simulated phone as a process of its own, so that its work is not counted as the engine's: forked by
 * phone-process.ts. All times are `process.hrtime` in ms, which is one clock for all processes of this machine.
 */
import { answering, openPtyPhone } from '#tests/support/pty-phone.ts';
import { tone } from '#tests/support/add-opener.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import { handsetHz, machineMs, type FromPhone, type ToPhone } from './phone-process.ts';

const tell = (message: FromPhone): void => void process.send?.(message);
const clock = { ...nodeClock, mono: machineMs };
// The agent speaks without a pause: silence that the customer hears is then nobody's but ours.
const voices = new Map([
  ['agent-talk', tone(handsetHz, 120)],
  ['quiet', new Int16Array(8000)],
]);
const { sim, ptys, connection } = await openPtyPhone({ clock, voices }, { onAt });

function onAt(bytes: Uint8Array): void {
  const at = machineMs();
  const number = /ATD(\d+);/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  if (number) tell({ type: 'dialled', number, at });
}

process.on('message', (message: ToPhone) => {
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
