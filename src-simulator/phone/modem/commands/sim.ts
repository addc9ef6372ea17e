import { cme, done, failed, type Answer, type CommandTable, type Handler } from '../answer.ts';
import { splitValues } from '../command-parser.ts';
import type { ModemCore } from '../core.ts';
import type { SimCard } from '../../sim-card.ts';
import type { SimState } from '../radio.ts';

/** What a command that needs the card answers while it is not there (TS 27.007 §9.2.1). */
const whileNot: Readonly<Record<Exclude<SimState, 'ready'>, number>> = {
  absent: 10,
  busy: 14,
  pin: 11,
  puk: 12,
  dead: 13,
};

/** @returns null when the card is ready */
export function cardObstacle(core: ModemCore): Answer | null {
  return core.radio.sim === 'ready' ? null : cme(whileNot[core.radio.sim]);
}

/** The ICCID can be read from a locked card, IMSI and number cannot. */
export const ofCard =
  (needs: 'present' | 'ready', lines: (card: SimCard, core: ModemCore) => readonly string[]): Handler =>
  (command, core) => {
    if (command.kind === 'test') return done();
    if (command.kind === 'set') return failed('ERROR');
    const { card, sim } = core.radio;
    if (!card || sim === 'absent') return cme(10);
    const readable = sim === 'ready' || (needs === 'present' && sim !== 'busy');
    return readable ? done(...lines(card, core)) : cme(whileNot[sim]);
  };

function enter(core: ModemCore, value: string): Answer {
  const [first = '', newPin] = splitValues(value);
  const { radio } = core;
  if (radio.sim !== 'pin' && radio.sim !== 'puk') return cme(radio.sim === 'ready' ? 3 : whileNot[radio.sim]);
  if (!/^\d{4,8}$/.test(first)) return cme(16);
  if (radio.sim === 'pin') return radio.enterPin(first) ? done() : cme(radio.card?.pinTries === 0 ? 12 : 16);
  if (newPin === undefined || !/^\d{4,8}$/.test(newPin)) return cme(12);
  return radio.enterPuk(first, newPin) ? done() : cme(radio.card?.pukTries === 0 ? 13 : 16);
}

export const simCommands: CommandTable = {
  '+CPIN': (command, core) => {
    if (command.kind === 'test') return done();
    if (command.kind === 'set') return enter(core, command.value);
    const { sim } = core.radio;
    if (sim === 'pin') return done('+CPIN: SIM PIN');
    if (sim === 'puk') return done('+CPIN: SIM PUK');
    return sim === 'ready' ? done('+CPIN: READY') : cme(whileNot[sim]);
  },
  /** Tries left (TS 27.007 §8.65), to be read before a PIN is spent. */
  '+CPINR': (command, core) => {
    if (command.kind === 'test') return done();
    const { card } = core.radio;
    if (!card) return cme(10);
    const rows = { 'SIM PIN': `+CPINR: SIM PIN,${card.pinTries},3`, 'SIM PUK': `+CPINR: SIM PUK,${card.pukTries},10` };
    if (command.kind !== 'set') return done(...Object.values(rows));
    const wanted = splitValues(command.value)[0]?.toUpperCase();
    return wanted === 'SIM PIN' || wanted === 'SIM PUK' ? done(rows[wanted]) : failed('ERROR');
  },
  '+CCID': ofCard('present', (card) => [`+CCID: ${card.iccid}`]),
  '+ICCID': ofCard('present', (card) => [`+ICCID: ${card.iccid}`]),
  '+CIMI': ofCard('ready', (card) => [card.imsi]),
  /** Many cards do not know their number: then only OK. */
  '+CNUM': ofCard('ready', (card, core) => (card.number === null ? [] : [`+CNUM: ,${core.number(card.number)}`])),
};
