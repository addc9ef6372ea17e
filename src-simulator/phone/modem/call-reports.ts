import type { Clock } from '#shared/base/clock.ts';
import type { ModemOptions } from '../options.ts';
import type { SimCall } from '../../network/sim-call.ts';
import { clccStat } from './call-list.ts';

/** `^DSCI` has its own numbers: 3 is connected, 6 ended, 7 alerting (QEC). */
const dsciStat = { held: 1, dialing: 2, active: 3, incoming: 4, waiting: 5, ended: 6, alerting: 7 } as const;
/** `*ECAV` of Ericsson and phonesim: 0 idle, 1 calling, 2 connecting, 3 active, 4 held, 5 waiting, 6 alerting (incoming). */
const ecavStat = { held: 4, dialing: 1, active: 3, incoming: 6, waiting: 5, ended: 0, alerting: 2 } as const;

/** What a report needs of its modem (ModemCore has it). */
interface Teller {
  readonly world: { readonly clock: Clock; readonly options: ModemOptions };
  level(name: string): number;
  /** As +CSCS wants it, with its type. */
  number(value: string): string;
}

/** One line of +CLCC, asked for or not. */
export function clccRow(core: Teller, index: number, call: SimCall): string {
  const { outgoingMode, quotedNumbers } = core.world.options;
  const [direction, mode] = call.direction === 'outbound' ? [0, outgoingMode] : [1, 0];
  const number = core.number(call.number);
  return `+CLCC: ${index},${direction},${clccStat[call.state]},${mode},0,${quotedNumbers ? number : number.replaceAll('"', '')}`;
}

/** What this make says of a call's new state before any NO CARRIER; nothing unless its setting is on. */
export function stateReports(core: Teller, index: number, call: SimCall): string[] {
  const direction = call.direction === 'outbound' ? 0 : 1;
  const type = call.number.startsWith('+') ? 145 : 129;
  const lines: string[] = [];
  if (core.level('^DSCI') === 1)
    lines.push(`^DSCI: ${index},${direction},${dsciStat[call.state]},0,${call.number},${type}`);
  const state = call.state === 'ended' ? -1 : clccStat[call.state];
  if (core.level('ccinfo') === 1)
    lines.push(`+QIND: "ccinfo",${index},${direction},${state},0,0,"${call.number}",${type}`);
  if (core.level('+CLCC') === 1) lines.push(clccRow(core, index, call));
  if (core.level('^CURC') === 1) lines.push(...huawei(index, call));
  if (core.level('VOICE CALL') === 1 && call.state === 'active') lines.push('VOICE CALL: BEGIN');
  if (core.level('*ECAM') === 1 && call.state !== 'ended') lines.push(ecav(index, call));
  if (call.state === 'waiting' && core.level('+CCWA') === 1) lines.push(`+CCWA: ${core.number(call.number)},1`);
  return lines;
}

/** What this make says of a call's end behind NO CARRIER. */
export function endReports(core: Teller, index: number, call: SimCall): string[] {
  const lines: string[] = [];
  const answered = call.answeredAt !== null;
  if (core.level('VOICE CALL') === 1 && answered) lines.push(`VOICE CALL: END: ${clockDigits(talkSeconds(call))}`);
  if (core.level('VOICE CALL') === 1 && !answered && call.direction === 'inbound' && call.endedBy === 'remote')
    lines.push(`MISSED_CALL: ${timeOfDay(core.world.clock.now())} ${call.number}`);
  if (core.level('*ECAM') === 1) lines.push(ecav(index, call));
  return lines;
}

/** `^ORIG` `^CONF` `^CONN` `^CEND` (research/hardware 1.4); incoming calls have no ^ORIG and ^CONF. */
function huawei(index: number, call: SimCall): string[] {
  if (call.state === 'dialing') return [`^ORIG:${index},0`];
  if (call.state === 'alerting') return [`^CONF:${index}`];
  if (call.state === 'active') return [`^CONN:${index},0`];
  // 29 = call ended normally by this side, 104 = by the network (call end status of Huawei's manual).
  if (call.state === 'ended')
    return [`^CEND:${index},${talkSeconds(call)},${call.endedBy === 'local' ? 29 : 104},${call.cause ?? 16}`];
  return [];
}

const ecav = (index: number, call: SimCall): string =>
  `*ECAV: ${index},${ecavStat[call.state]},1,,,"${call.number}",${call.number.startsWith('+') ? 145 : 129}`;

const talkSeconds = (call: SimCall): number =>
  call.answeredAt === null || call.endedAt === null ? 0 : Math.floor((call.endedAt - call.answeredAt) / 1000);

const two = (value: number): string => String(value).padStart(2, '0');
const clockDigits = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}`;

function timeOfDay(now: number): string {
  const date = new Date(now);
  const hour = date.getUTCHours();
  return `${two(hour % 12 || 12)}:${two(date.getUTCMinutes())}${hour < 12 ? 'AM' : 'PM'}`;
}
