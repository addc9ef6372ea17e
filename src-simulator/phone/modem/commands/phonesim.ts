import { done, failed, level, type CommandTable, type Handler } from '../answer.ts';
import { registrationFields } from '../core.ts';
import { callCommands } from './calls.ts';
import { networkCommands } from './network.ts';

/** Without having been asked for its cell it answers three fields all the same (research/hardware 1.3). */
const registration =
  (name: string): Handler =>
  (command, core) =>
    command.kind === 'read' && core.level(name) < 2
      ? done(`${name}: ${core.level(name)},${registrationFields(core, name)},"1A2B"`)
      : (networkCommands[name]?.(command, core) ?? failed('ERROR'));

export const phonesimCommands: CommandTable = {
  '+CREG': registration('+CREG'),
  '+CGREG': registration('+CGREG'),
  '+CEREG': registration('+CEREG'),
  '+CMEE': level('+CMEE', [0, 1]),
  '+CHLD': (command, core) =>
    command.kind === 'test' ? failed('ERROR') : (callCommands['+CHLD']?.(command, core) ?? failed('ERROR')),
  /** *ECAV reports; on at power-up. */
  '*ECAM': level('*ECAM', [0, 1]),
  /** Ten digits, fewer than an IMEI has. */
  '+CGSN': (command, core) => (command.kind === 'test' ? done() : done(core.world.imei.slice(-10))),
};
