import type { CommandTable } from '../answer.ts';
import { callCommands } from './calls.ts';
import { generalCommands } from './general.ts';
import { networkCommands } from './network.ts';
import { simCommands } from './sim.ts';
import { soundCommands } from './sound.ts';

/** Every command the modem knows; any other is ERROR, or +CME ERROR: 4 with AT+CMEE. */
export const commandTable: CommandTable = {
  ...generalCommands,
  ...simCommands,
  ...networkCommands,
  ...callCommands,
  ...soundCommands,
};
