import {
  cme,
  done,
  failed,
  level,
  question,
  type Answer,
  type CommandTable,
  type Handler,
  type Running,
} from '../answer.ts';
import { splitValues } from '../command-parser.ts';
import { clccRow } from '../call-reports.ts';
import { endResult, type ModemCore } from '../core.ts';
import type { SimCall } from '../../../network/sim-call.ts';
import { cardObstacle } from './sim.ts';

const longestNumber = 40;
const mostCalls = 2;

/** The cause texts of AT+CEER; its first number is the cause of TS 24.008 annex H. */
const causeTexts: Readonly<Record<number, string>> = {
  1: 'Unassigned number',
  16: 'Normal call clearing',
  17: 'User busy',
  18: 'No user responding',
  19: 'User alerting, no answer',
  21: 'Call rejected',
  27: 'Destination out of order',
  31: 'Normal, unspecified',
  41: 'Temporary failure',
  42: 'Switching equipment congestion',
};

/** ATD<number>; = voice. OK means accepted, never answered. */
const dial: Handler = (command, core) => {
  const obstacle = dialObstacle(core, emergencyNumber.test(command.value));
  if (obstacle) return obstacle;
  // V.250 §6.3.1: T, P, pauses and punctuation are allowed and mean nothing here; I/G at the end are CLIR and CUG.
  const text = command.value
    .toUpperCase()
    .replace(/^[TP]/, '')
    .replace(/[\s,()WP-]/g, '');
  const dialled = /^(\+?[0-9*#A-D]*)[IG]*(;?)$/.exec(text);
  const number = dialled?.[1] ?? '';
  if (!dialled) return cme(27);
  if (dialled[2] !== ';') return failed('NO CARRIER');
  if (number === '') return failed('ERROR');
  if (number.length > longestNumber) return cme(26);
  core.calls.active?.hold();
  const call = core.world.place(number, core.stack);
  core.carry(call, core.stack);
  const { atdBlocks, colpBlocks } = core.world.options;
  return atdBlocks || (colpBlocks && core.level('+COLP') === 1) ? untilSettled(core, call) : done();
};

/** Goes through without a card and with any network that is there. */
const emergencyNumber = /^(110|112|119|120|122);$/;

function dialObstacle(core: ModemCore, emergency: boolean): Answer | null {
  const { radio } = core;
  const obstacle = emergency ? null : cardObstacle(core);
  if (obstacle) return obstacle;
  const network = emergency ? radio.card?.coverage !== 'none' && radio.functionality === 1 : radio.registered;
  if (!network) return radio.registration === 8 ? cme(32) : failed('NO DIALTONE');
  // One radio for two stacks: who is in a call keeps it.
  if (core.calls.all.length > 0 && core.callStack !== core.stack) return cme(3);
  const underWay = core.calls.in('dialing', 'alerting', 'incoming', 'waiting').length > 0;
  return underWay || core.calls.all.length >= mostCalls ? failed('ERROR') : null;
}

/** COLP=1, or a make whose ATD blocks: the result comes with the answer or the end. */
function untilSettled(core: ModemCore, call: SimCall): Running {
  return {
    start(finish) {
      core.settling = call;
      call.onChange(() => {
        if (call.state === 'active' || call.state === 'ended') core.settling = null;
        if (call.state === 'active')
          finish(done(...(core.level('+COLP') ? [`+COLP: ${core.number(call.number)}`] : [])));
        if (call.state === 'ended') finish(failed(endResult(call)));
      });
    },
  };
}

const answer: Handler = (_command, core) => {
  const call = core.calls.ringing;
  if (!call) return failed('NO CARRIER');
  core.calls.active?.hold();
  call.answer();
  return done();
};

/** Ends what is active, ringing or being set up; a held call stays (TS 27.007 §6.5). */
export const hangUp: Handler = (command, core) => {
  if (command.kind === 'test') return done();
  core.release(core.calls.in('active', 'dialing', 'alerting', 'incoming'));
  return done();
};

export const list: Handler = (command, core) => {
  if (command.kind === 'test') return done();
  if (command.kind === 'set') return failed('ERROR');
  const rows = core.calls.all.map(({ index, call }) => clccRow(core, index, call));
  return core.world.options.packetBearer ? done('+CLCC: 1,0,0,1,0,"",128', ...rows) : done(...rows);
};

/** TS 22.030 §6.5.5 by AT+CHLD: 0 release held or refuse waiting, 1 release active and take the other, 2 swap. */
const supplementary: Handler = (command, core) => {
  if (command.kind === 'test') return done('+CHLD: (0,1,1x,2,2x)');
  const parts = /^([012])(\d?)$/.exec(command.value);
  if (command.kind !== 'set' || !parts) return cme(4);
  const { calls } = core;
  const chosen = parts[2] ? calls.byIndex(Number(parts[2])) : null;
  if (parts[2] && !chosen) return cme(3);
  if (calls.all.length === 0) return cme(3);
  if (parts[1] === '1' && chosen) core.release([chosen]);
  else if (parts[1] === '0') core.release(calls.ringing ? [calls.ringing] : calls.in('held'), calls.ringing ? 17 : 16);
  else if (parts[1] === '1') replaceActive(core);
  else swap(core, chosen);
  return done();
};

function replaceActive(core: ModemCore): void {
  const next = core.calls.ringing ?? core.calls.in('held')[0];
  core.release(core.calls.in('active', 'dialing', 'alerting'));
  take(next);
}

function swap(core: ModemCore, chosen: SimCall | null): void {
  const next = chosen ?? core.calls.ringing ?? core.calls.in('held')[0];
  for (const call of core.calls.in('active')) if (call !== next) call.hold();
  take(next);
}

function take(call: SimCall | undefined): void {
  if (call?.state === 'held') call.resume();
  else if (call?.state === 'incoming' || call?.state === 'waiting') call.answer();
}

/** AT+VTS="5", AT+VTS=1,2 or AT+VTS="123": into the active call only. */
const tones: Handler = (command, core) => {
  if (command.kind === 'test') return done('+VTS: (0-9,A-D,*,#)');
  const digits = command.kind === 'set' ? splitValues(command.value) : [];
  const all = digits.filter((part, index) => index === 0 || !/^\d{2,}$/.test(part)).join('');
  if (!/^[0-9A-D*#]{1,31}$/i.test(all)) return failed('ERROR');
  const call = core.calls.active;
  if (!call) return cme(3);
  call.far.digits += all.toUpperCase();
  return done();
};

/** Their read form gives the network's side of it too: 1 = provided, CLIR 4 = temporary mode, presentation allowed. */
const networkService =
  (name: string, values: readonly number[], provided: number): Handler =>
  (command, core) =>
    command.kind === 'read' ? done(`${name}: ${core.level(name)},${provided}`) : level(name, values)(command, core);

export const callCommands: CommandTable = {
  D: dial,
  A: answer,
  H: (command, core) => (core.level('+CVHU') === 1 ? done() : hangUp(command, core)),
  '+CHUP': hangUp,
  '+CLCC': list,
  '+CHLD': supplementary,
  '+VTS': tones,
  '+VTD': level(
    '+VTD',
    Array.from({ length: 51 }, (_, n) => n),
  ),
  '+CLIP': networkService('+CLIP', [0, 1], 1),
  '+CLIR': networkService('+CLIR', [0, 1, 2], 4),
  '+COLP': networkService('+COLP', [0, 1], 1),
  '+CCWA': level('+CCWA', [0, 1]),
  '+CSSN': level('+CSSN', [0, 1]),
  '+CVHU': level('+CVHU', [0, 1]),
  '+CRC': level('+CRC', [0, 1]),
  '^DSCI': level('^DSCI', [0, 1]),
  '+QINDCFG': (command, core) => {
    const [area, on] = splitValues(command.value);
    if (area !== 'ccinfo') return failed('ERROR');
    if (on === undefined) return done(`+QINDCFG: "ccinfo",${core.level('ccinfo')}`);
    core.settings.levels.set('ccinfo', on === '1' ? 1 : 0);
    return done();
  },
  '+CEER': question((core) => {
    const cause = core.lastCause;
    return [cause === null ? '+CEER: 0,"No cause"' : `+CEER: ${cause},"${causeTexts[cause] ?? 'Unspecified'}"`];
  }),
};
