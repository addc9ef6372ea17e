/**
 * `npm run phone:probe -- --port /dev/ttyUSB2 [--baud 115200] [--tcp host:port] [--pcm /dev/ttyUSB1] [--json]`: asks a
 * phone nobody has seen what it is and can, and prints a report and a draft profile (docs/guides/new-phone.md). It dials
 * nothing, keeps no setting and spends no PIN try. Without a port it lists those of this machine.
 */
import { parseArgs } from 'node:util';
import { toAppError, type AppError } from '#shared/base/errors.ts';
import { sleep } from '#shared/base/clock.ts';
import { listSerialPorts, type Transport } from '#engine/devices/index.ts';
import { draftProfile } from '#engine/devices/probe/draft.ts';
import { probePhone } from '#engine/devices/probe/probe.ts';
import { reportJson, reportText } from '#engine/devices/probe/report.ts';
import { transportMaker } from '#engine/devices/transport/open-transport.ts';
import { systemClock } from '#engine/system.ts';
import english from '#renderer/locales/en/errors.json' with { type: 'json' };
import chinese from '#renderer/locales/zh-CN/errors.json' with { type: 'json' };

const usage = 'usage: npm run phone:probe -- --port PATH [--baud N] [--pcm PATH] [--json]   or   --tcp HOST:PORT';
const listenToPcmMs = 1_000;

interface Wanted {
  readonly port: string | undefined;
  readonly tcp: string | undefined;
  readonly baud: number;
}

function open({ port, tcp, baud }: Wanted): Transport | null {
  const make = transportMaker(systemClock);
  const address = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(tcp ?? '');
  const host = address?.[1] ?? address?.[2];
  if (host !== undefined) return make({ kind: 'tcp', host, port: Number(address?.[3]) });
  return port === undefined ? null : make({ kind: 'serial', path: port, baudRate: baud });
}

type Texts = Record<string, { what: string; fix?: string; with?: Record<string, { what?: string; fix?: string }> }>;

/** What the window would say, in both of its languages. */
function sentences({ code, details }: AppError): string {
  const say = (texts: Texts): string => {
    const text = texts[code] ?? texts['internal'];
    const known = Object.keys(details).flatMap((name) => text?.with?.[name] ?? []);
    const part = (name: 'what' | 'fix'): string | undefined => known.find((each) => each[name])?.[name] ?? text?.[name];
    const whole = [part('what'), part('fix')].filter(Boolean).join(' · ');
    return whole.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(details[name] ?? ''));
  };
  return `${say(chinese as Texts)}\n${say(english as Texts)}\n${code}\n`;
}

/** What arrives at the sound port of a phone at rest. */
async function listen(pcm: Transport): Promise<string> {
  let bytes = 0;
  await pcm.open();
  const subscription = pcm.onData((chunk) => (bytes += chunk.length));
  await sleep(systemClock, listenToPcmMs);
  subscription.dispose();
  await pcm.close();
  return `sound port ${pcm.name}: opens, ${bytes} bytes in ${listenToPcmMs} ms at rest`;
}

async function listPorts(): Promise<void> {
  const ports = await listSerialPorts();
  const rows = ports.map(
    ({ path, usbId, manufacturer }) => `  ${[path, usbId, manufacturer].filter(Boolean).join('  ')}`,
  );
  process.stderr.write(`${usage}\nports of this machine:\n${rows.join('\n') || '  none'}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      tcp: { type: 'string' },
      baud: { type: 'string', default: '115200' },
      pcm: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const baud = Number(values.baud);
  const transport = open({ port: values.port, tcp: values.tcp, baud });
  if (!transport || !Number.isInteger(baud) || baud < 300) {
    await listPorts();
    return 2;
  }
  const onStep = (done: number, all: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\rasking ${done + 1} of ${all} …`);
  };
  try {
    const findings = await probePhone({ transport, clock: systemClock, onStep });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    const draft = draftProfile(findings);
    process.stdout.write(values.json ? `${reportJson(findings, draft)}\n` : reportText(findings, draft));
    const pcm = open({ port: values.pcm, tcp: undefined, baud });
    if (pcm) process.stderr.write(`${await listen(pcm)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${sentences(toAppError(error))}`);
    return 1;
  }
}

process.exitCode = await main();
