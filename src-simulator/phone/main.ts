/**
 * `npm run simulate:phone [-- --shape mux] [--tcp] [--dir PATH]`: the five-SIM phone on ptys (or TCP ports) of this
 * machine, for any terminal program, another softphone, or our own desk. Ctrl-C ends it.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { nodeClock } from '../node-clock.ts';
import { numberTable, talkative } from './behaviours.ts';
import { createSimulatedPhone, type SimulatedPhone } from './phone.ts';
import { openOnPtys } from './ptys.ts';
import { listenOnTcp } from './tcp.ts';

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'modemPerSim' },
    tcp: { type: 'boolean', default: false },
    dir: { type: 'string' },
  },
});
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

async function run(shape: 'modemPerSim' | 'mux'): Promise<void> {
  const phone = createSimulatedPhone({ clock: nodeClock, shape, random: () => randomInt(2 ** 32) / 2 ** 32 });
  const opened = values.tcp ? await listenOnTcp(phone) : await openOnPtys(phone, values.dir ? { dir: values.dir } : {});
  print('锦呼 JH-5 模拟话机已就绪 · simulated JH-5 phone is ready');
  const show = (end: string | { host: string; port: number }): string =>
    typeof end === 'string' ? end : `${end.host}:${end.port}`;
  opened.modems.forEach(({ at, pcm }, index) => print(`modem ${index + 1}   AT ${show(at)}   PCM ${show(pcm)}`));
  printTables(phone);
  logCalls(phone);
  const stop = (): void => void opened.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

if (values.shape === 'modemPerSim' || values.shape === 'mux') {
  await run(values.shape);
} else {
  process.stderr.write(`unknown shape "${values.shape}": modemPerSim or mux\n`);
  process.exitCode = 2;
}
