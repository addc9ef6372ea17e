import { cme, done, type Answer, type CommandTable } from '../answer.ts';
import type { ModemCore } from '../core.ts';

/** Refused while there is a call, else the stack's radio begins anew with the other card. */
function select(core: ModemCore, stack: number, slot: number): Answer {
  const { slots, stackCount, clock } = core.world;
  if (!slots) return cme(4);
  const taken = Array.from({ length: stackCount }, (_, other) => other !== stack && slots.current(other) === slot);
  if (core.calls.all.length > 0 || taken.includes(true)) return cme(3);
  // After the answer is out: the host must see OK before the card goes.
  if (slot !== slots.current(stack)) clock.after(50, () => slots.select(stack, slot));
  return done();
}

/** The JH-5's own way to its five cards: one stack (mux) or two (dsds). */
export const slotCommands: CommandTable = {
  '+JHSLOT': (command, core) => {
    const { slots, stackCount } = core.world;
    if (!slots) return cme(4);
    const two = stackCount > 1;
    if (command.kind === 'test') return done(two ? '+JHSLOT: (1,2),(1-5)' : '+JHSLOT: (1-5)');
    if (command.kind === 'read')
      return done(...core.radios.map((_, stack) => `+JHSLOT: ${two ? `${stack + 1},` : ''}${slots.current(stack)}`));
    const wanted = (two ? /^([12]),([1-5])$/ : /^()([1-5])$/).exec(command.value);
    if (!wanted) return cme(50);
    return select(core, two ? Number(wanted[1]) - 1 : 0, Number(wanted[2]));
  },
  /** Which stack the commands of card, network and dialling concern; read: and which has the calls (0 = none). */
  '+JHSIM': (command, core) => {
    if (core.radios.length < 2) return cme(4);
    if (command.kind === 'test') return done('+JHSIM: (1,2)');
    const inCall = core.calls.all.length > 0 ? core.callStack + 1 : 0;
    if (command.kind === 'read') return done(`+JHSIM: ${core.stack + 1},${inCall}`);
    if (command.value !== '1' && command.value !== '2') return cme(50);
    core.stack = Number(command.value) - 1;
    return done();
  },
};
