import type { MakeName } from '../../options.ts';
import type { CommandTable } from '../answer.ts';
import { callCommands } from './calls.ts';
import { cuttlefishCommands } from './cuttlefish.ts';
import { generalCommands } from './general.ts';
import { huaweiCommands } from './huawei.ts';
import { networkCommands } from './network.ts';
import { phonesimCommands } from './phonesim.ts';
import { quectelCommands } from './quectel.ts';
import { simCommands } from './sim.ts';
import { simcomCommands } from './simcom.ts';
import { slotCommands } from './slots.ts';
import { soundCommands } from './sound.ts';

/** What the standards ask of every make; the JH-5 has its own slot switch and uplink choice on top. */
const common: CommandTable = { ...generalCommands, ...simCommands, ...networkCommands, ...callCommands };

const jinhuOnly = ['+JHUPL', '^DSCI', '+QINDCFG', '+QPCMV', '+CPINR'];

const without = (table: CommandTable, names: readonly string[]): CommandTable =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));

const foreign = without({ ...common, ...soundCommands }, jinhuOnly);

const jinhu = { ...common, ...soundCommands, ...slotCommands };

const tables: Readonly<Record<MakeName, CommandTable>> = {
  jh5: jinhu,
  jh5u: jinhu,
  quectel: { ...without(foreign, ['+ICCID']), ...quectelCommands },
  simcom: { ...without(foreign, ['+CCID', '+ICCID']), ...simcomCommands },
  huawei: { ...without(foreign, ['+CCID', '+ICCID', '+CESQ', '+CVHU']), ...huaweiCommands },
  cuttlefish: { ...without(foreign, ['+CHUP', '+CVHU', '+CCID']), ...cuttlefishCommands },
  phonesim: { ...without(foreign, ['+CVHU', '+CCID', '+ICCID']), ...phonesimCommands },
};

/** Every command this make knows; any other is an error in its own words. */
export const commandsOf = (make: MakeName): CommandTable => tables[make];
