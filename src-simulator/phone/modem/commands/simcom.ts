import { cme, done, failed, level, type CommandTable } from '../answer.ts';
import { list } from './calls.ts';
import { ofCard } from './sim.ts';

/** AT+CPCMREG sooner than this after the answer is refused; a client waits 100 ms for it (research/hardware 1.9). */
const settleMs = 100;

const unsolicitedList = level('+CLCC', [0, 1]);

export const simcomCommands: CommandTable = {
  /** AT+CLCC=1: a row at each change of a call, stat 6 when it has ended. */
  '+CLCC': (command, core) =>
    command.kind === 'set' || command.kind === 'read' ? unsolicitedList(command, core) : list(command, core),
  '+CPCMREG': (command, core) => {
    if (command.kind === 'test') return done('+CPCMREG: (0-1)');
    if (command.kind === 'read') return done(`+CPCMREG: ${core.sound.portOpen ? 1 : 0}`);
    if (command.value === '0') core.sound.closePort();
    else if (command.value === '1') {
      const answeredAt = core.calls.active?.answeredAt ?? null;
      if (answeredAt === null || core.world.clock.mono() - answeredAt < settleMs) return failed('ERROR');
      core.sound.openPort();
    } else return failed('ERROR');
    return done();
  },
  /** Tries left: PIN, PUK, PIN2, PUK2. */
  '+SPIC': (command, core) => {
    const { card } = core.radio;
    if (command.kind === 'test') return done();
    return card ? done(`+SPIC: ${card.pinTries},${card.pukTries},3,10`) : cme(10);
  },
  '+CICCID': ofCard('present', (card) => [`+ICCID: ${card.iccid}`]),
  /** Two slots (0, 1) of the phone's five are within its reach; ERROR without a card there, or in a call. */
  '+SWITCHSIM': (command, core) => {
    const { slots, stackCount } = core.world;
    if (!slots || stackCount > 1) return failed('ERROR');
    if (command.kind === 'test') return done('+SWITCHSIM: (0-1)');
    if (command.kind === 'read') return done(`+SWITCHSIM: ${slots.current(0) - 1}`);
    const wanted = Number(command.value) + 1;
    if (!/^[01]$/.test(command.value) || core.calls.all.length > 0 || !slots.occupied(wanted)) return failed('ERROR');
    if (wanted !== slots.current(0)) core.world.clock.after(50, () => slots.select(0, wanted));
    return done();
  },
};
