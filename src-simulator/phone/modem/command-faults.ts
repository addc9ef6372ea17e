import { cme, done, failed, type Answer, type Result } from './answer.ts';
import type { Command } from './command-parser.ts';
import type { ModemCore } from './core.ts';

const asksTheCard = new Set(['+CPIN', '+CCID', '+ICCID', '+QCCID', '+CICCID', '^ICCID', '+CIMI', '+CNUM']);

const dialWords: Readonly<Record<string, Result>> = {
  busy: 'BUSY',
  'no-carrier': 'NO CARRIER',
  'no-answer': 'NO ANSWER',
  'no-dialtone': 'NO DIALTONE',
};

/** @returns what a fault says in place of the command, null when the command is to run */
export function instead(command: Command, core: ModemCore): Answer | null {
  const { faults } = core.world;
  const word = command.name === 'D' ? faults.word('dial-result') : null;
  if (word) return failed(dialWords[word] ?? { cme: Number(word.replace('cme-', '')) });
  if (asksTheCard.has(command.name) && core.radio.sim === 'ready') {
    if (faults.on('sim-failure')) return cme(13);
    if (faults.strikes('sim-busy')) return cme(14);
  }
  if (command.name === 'H' && faults.on('ath-ignored')) return done();
  if (hangsUp(command) && core.calls.all.length > 0) {
    if (faults.strikes('stuck-call')) return done();
    if (faults.strikes('hang-up-error')) return cme(4);
  }
  return command.name === '+CLCC' && faults.on('no-clcc') ? cme(4) : null;
}

/** What a fault adds to an answer that the command gave. */
export function spoiled(command: Command, answer: Answer, core: ModemCore): Answer {
  const { faults } = core.world;
  if (command.name === '+CREG' && command.kind === 'read' && faults.on('same-prefix'))
    return { ...answer, lines: [`+CREG: ${core.radio.registration}`, ...answer.lines] };
  if (command.name === '+CLCC' && command.kind !== 'test' && faults.on('packet-bearer'))
    return { ...answer, lines: ['+CLCC: 7,0,0,1,0,"",128', ...answer.lines] };
  if (command.name === 'D' && answer.result === 'OK' && faults.on('no-carrier-first')) return endedFirst(core);
  return answer;
}

/** The call of this ATD is over before its OK. */
function endedFirst(core: ModemCore): Answer {
  const call = core.calls.in('dialing')[0] ?? null;
  core.settling = call;
  call?.end('network', 41);
  core.settling = null;
  return done('NO CARRIER');
}

const hangsUp = ({ name, kind, value }: Command): boolean =>
  name === 'H' || name === '+CHUP' || name === '+QHUP' || (name === '+CHLD' && kind === 'set' && /^[01]/.test(value));

/** ms on top of the modem's own time to answer. */
export function extraLatency(command: Command, core: ModemCore): number {
  const { faults } = core.world;
  return faults.amount('late-answer') + (command.name === 'D' ? faults.amount('slow-dial') : 0);
}

/** ms after which this question is answered while others go on, null = in its turn. */
export function outOfOrder(command: Command, core: ModemCore): number | null {
  const slow = (command.name === '+CPIN' || command.name === '+COPS') && command.kind === 'read';
  return slow && core.world.faults.on('out-of-order') ? core.world.faults.amount('out-of-order') : null;
}
