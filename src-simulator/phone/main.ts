/**
 * `npm run simulate:phone [-- --shape mux] [--make NAME] [--fault NAME[=VALUE] …] [--tcp] [--dir PATH]`: the five-SIM phone
 * on ptys (or TCP ports) of this machine, for any terminal program, another softphone, or our own desk. What is typed on
 * its stdin makes things happen ("help"). Ctrl-C ends it.
 */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { nodeClock } from '../node-clock.ts';
import { numberTable, talkative } from '../network/behaviours.ts';
import { obey } from './console.ts';
import { makes } from './makes.ts';
import type { MakeName } from './options.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from './phone.ts';
import { openOnPtys, type PtyPhone } from './ptys.ts';
import { listenOnTcp, type TcpPhone } from './tcp.ts';

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'modemPerSim' },
    make: { type: 'string', default: 'jh5' },
    fault: { type: 'string', multiple: true, default: [] },
    tcp: { type: 'boolean', default: false },
    dir: { type: 'string' },
  },
});
const shapes = ['modemPerSim', 'mux', 'dsds'] as const;
const isShape = (name: string): name is (typeof shapes)[number] => shapes.some((shape) => shape === name);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function printTables(phone: SimulatedPhone): void {
  print('\n卡槽 slot  运营商 operator           号码 own number  信号 signal');
  for (let slot = 1; slot <= 5; slot += 1) {
    const card = phone.card(slot);
    if (card)
      print(
        `${slot}          ${card.operator.zh} ${card.operator.name.padEnd(14)} ${card.number ?? '—          '}     ${card.signal}`,
      );
  }
  print('\n测试号码（末四位） test numbers by their last four digits, e.g. ATD15400009990;');
  for (const { ending, behaviour } of numberTable) {
    const { zh, en } = behaviour(3);
    print(`…${ending}  ${zh} / ${en}`);
  }
  print(`其他 any   ${talkative.zh} / ${talkative.en}\n`);
}

function logCalls(phone: SimulatedPhone): void {
  phone.onCall((call) => {
    const seconds = ((nodeClock.mono() - call.startedAt) / 1000).toFixed(1);
    const end = call.state === 'ended' ? ` by ${call.endedBy}, cause ${call.cause}` : '';
    print(`${new Date().toISOString()}  slot ${call.slot}  ${call.number}  ${call.state}${end}  +${seconds} s`);
  });
}

/** The cable follows the words "unplug" and "plug"; sockets are cut by the phone itself, ptys are ours to cut. */
function followCable(phone: SimulatedPhone, opened: PtyPhone | TcpPhone): void {
  if (!('unplug' in opened)) return;
  // One after the other: a plug that overtakes its unplug would leave the paths gone.
  let last = Promise.resolve();
  phone.onPlugged((plugged) => {
    last = last.then(() => (plugged ? opened.plug() : opened.unplug())).catch((error) => print(`? ${String(error)}`));
  });
}

async function run(shape: SimulatedPhoneOptions['shape'], make: MakeName): Promise<void> {
  const random = (): number => randomInt(2 ** 32) / 2 ** 32;
  const phone = createSimulatedPhone({ clock: nodeClock, shape, make, random });
  for (const fault of values.fault) phone.faults.setByText(fault);
  const opened = values.tcp ? await listenOnTcp(phone) : await openOnPtys(phone, values.dir ? { dir: values.dir } : {});
  print('锦呼 JH-5 模拟话机已就绪 · simulated JH-5 phone is ready');
  const show = (end: string | { host: string; port: number }): string =>
    typeof end === 'string' ? end : `${end.host}:${end.port}`;
  opened.modems.forEach(({ at, pcm }, index) => print(`modem ${index + 1}   AT ${show(at)}   PCM ${show(pcm)}`));
  printTables(phone);
  if (phone.faults.active.length > 0) print(`faults: ${phone.faults.active.join(', ')}`);
  logCalls(phone);
  followCable(phone, opened);
  const typed = createInterface({ input: process.stdin });
  typed.on('line', (line) => print(obey(phone, line)));
  const stop = (): void => void opened.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

const isMake = (name: string): name is MakeName => Object.hasOwn(makes, name);

function refuse(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 2;
}

if (!isShape(values.shape)) refuse(`unknown shape "${values.shape}": ${shapes.join(' or ')}`);
else if (!isMake(values.make)) refuse(`unknown make "${values.make}": ${Object.keys(makes).join(', ')}`);
else await run(values.shape, values.make).catch((error: unknown) => refuse(String(error)));
