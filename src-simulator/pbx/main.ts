/**
 * `npm run simulate:pbx`: a PBX on this machine for any SIP phone or browser, with the simulated network behind it. What is
 * typed on its stdin makes things happen ("help"). Ctrl-C ends it. Needs Debian's kamailio and rtpengine-daemon, and coturn
 * with --turn.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { nodeClock } from '../node-clock.ts';
import { numberTable, talkative } from '../network/behaviours.ts';
import { makeCertificate } from './certificate.ts';
import { codeParties, featureCodes } from './feature-codes.ts';
import { IceServer } from './ice-server.ts';
import { Pbx } from './pbx.ts';
import { Trunk } from './trunk.ts';

const { values } = parseArgs({
  options: {
    user: { type: 'string', multiple: true, default: ['8001', '8002'] },
    'early-media': { type: 'boolean', default: false },
    wss: { type: 'boolean', default: false },
    turn: { type: 'boolean', default: false },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const help =
  'call USER NUMBER = the customer NUMBER calls; calls = what runs; states = what extensions have told; log = what the PBX said; quit';

const trunk = await Trunk.open({ farParties: codeParties });
trunk.manners.earlyMedia = values['early-media'];
const users = values.user.map((name) => ({ name, password: `pw-${name}` }));
const now = nodeClock.now();
const hour = 3_600_000;
const certificate = values.wss
  ? makeCertificate({ names: ['127.0.0.1'], validFrom: now - hour, validTo: now + 24 * hour })
  : null;
const pbx = await Pbx.start({
  users,
  lines: { '*': trunk.port },
  codes: featureCodes,
  ringSeconds: 60,
  ...(certificate && { certificate }),
});
const iceServer = values.turn ? await IceServer.start() : null;

print(`\n浏览器 browsers   ${pbx.url}      域 domain ${pbx.domain}`);
if (certificate) {
  print(`加密 over TLS      ${pbx.secureUrl}`);
  print(`  Chromium: --ignore-certificate-errors-spki-list=${certificate.spkiHash}`);
}
print(`话机 phones        ${pbx.host}:${pbx.sipPort} (UDP, TCP)`);
for (const { name, password } of users) print(`分机 extension     ${name}  密码 password ${password}`);
if (iceServer) {
  print(`STUN               ${iceServer.stun}`);
  print(`TURN               ${iceServer.turn('udp')} ${iceServer.turn('tcp')}`);
  print(`  用户名 user       ${iceServer.user}  密码 password ${iceServer.password}`);
}
print(`状态代码 codes     ${Object.entries(featureCodes).flat().join(' ')}`);
print('\n测试号码（末四位） numbers by their last four digits');
for (const { ending, behaviour } of numberTable) print(`…${ending}  ${behaviour(3).zh} / ${behaviour(3).en}`);
print(`其他 any   ${talkative.zh} / ${talkative.en}\n\n${help}\n`);

trunk.onCall(({ number, direction, state, startedAt, endedBy, cause }) => {
  const seconds = ((nodeClock.mono() - startedAt) / 1000).toFixed(1);
  print(`${direction}  ${number}  ${state}${endedBy ? ` by ${endedBy}, cause ${cause}` : ''}  +${seconds} s`);
});

async function obey(line: string): Promise<void> {
  const [word = '', user = '', number = ''] = line.trim().split(/\s+/);
  if (word === 'call' && number !== '') await trunk.incomingCall(pbx, user, number);
  else if (word === 'calls') print(`${trunk.open} open`);
  else if (word === 'states') for (const { name } of users) print(`${name}  ${(await pbx.stateOf(name)) ?? '-'}`);
  else if (word === 'log') print(pbx.log.slice(-4000));
  else if (word === 'quit') return end();
  else if (word !== '') print(help);
}

async function end(): Promise<void> {
  trunk.close();
  await iceServer?.close();
  await pbx.close();
  process.exit(0);
}

createInterface({ input: process.stdin }).on('line', (line) => void obey(line));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());
