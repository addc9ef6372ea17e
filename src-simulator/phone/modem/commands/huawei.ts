import { cme, done, failed, level, type CommandTable, type Handler } from '../answer.ts';
import { callCommands } from './calls.ts';
import { ofCard } from './sim.ts';

/** Refuses a list where one value is expected, in its own words. */
const oneValue =
  (name: string): Handler =>
  (command, core) =>
    command.kind === 'set' && command.value.includes(',')
      ? failed('TOO MANY PARAMETERS')
      : (callCommands[name]?.(command, core) ?? failed('ERROR'));

/** ICCIDs come as they stand on the card, two digits of each byte changed round (TS 51.011 §10.1.1). */
const swapped = (iccid: string): string => iccid.padEnd(20, 'F').replace(/(.)(.)/g, '$2$1');

const pinWords = { absent: '', busy: '', dead: '', pin: 'SIM PIN', puk: 'SIM PUK', ready: 'READY' } as const;

export const huaweiCommands: CommandTable = {
  '+CLIP': oneValue('+CLIP'),
  '+CRC': oneValue('+CRC'),
  '+COLP': oneValue('+COLP'),
  '+CSSN': oneValue('+CSSN'),
  /** Call reports ^ORIG ^CONF ^CONN ^CEND; on at power-up. */
  '^CURC': level('^CURC', [0, 1]),
  '^ICCID': ofCard('present', (card) => [`^ICCID: ${swapped(card.iccid)}`]),
  /** State, tries left of the code that is asked for, then PUK, PIN, PUK2, PIN2. */
  '^CPIN': (_command, core) => {
    const { card, sim } = core.radio;
    if (!card || pinWords[sim] === '') return cme(sim === 'busy' ? 14 : 10);
    const times = sim === 'pin' ? card.pinTries : sim === 'puk' ? card.pukTries : '';
    return done(`^CPIN: ${pinWords[sim]},${times},${card.pukTries},${card.pinTries},10,3`);
  },
  '^CVOICE': (command) => (command.kind === 'read' ? done('^CVOICE:0,8000,16,20') : done()),
  /** Voice to the second port, for the call that is under way; it closes with the call. */
  '^DDSETEX': (command, core) => {
    if (command.kind !== 'set') return done('^DDSETEX: (2)');
    if (command.value !== '2') return failed('ERROR');
    if (core.calls.all.length === 0) return cme(3);
    core.sound.openPort();
    return done();
  },
  '^SYSINFO': (_command, core) =>
    done(`^SYSINFO:${core.radio.registered ? 2 : 0},3,${core.radio.registration === 5 ? 1 : 0},7,1`),
};
