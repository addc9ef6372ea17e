import { cme, done, type CommandTable } from '../answer.ts';
import { networkCommands } from './network.ts';

const signalFields = Array.from({ length: 20 }, () => 2_147_483_647);

export const cuttlefishCommands: CommandTable = {
  E: () => cme(4),
  /** Refuses a caller; does nothing to any other call. */
  H: (_command, core) => {
    core.release(core.calls.in('incoming', 'waiting'), 21);
    return done();
  },
  /** The radio's whole table behind the two fields of the standard: 22 in all. */
  '+CSQ': (command, core) => {
    const answer = networkCommands['+CSQ']?.(command, core);
    if (!answer || 'start' in answer) return cme(4);
    return done(...answer.lines.map((line) => `${line},${signalFields.join(',')}`));
  },
};
