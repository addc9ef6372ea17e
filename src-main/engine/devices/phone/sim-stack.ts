import type { AtCommand } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';
import type { StackNumber } from '../at/urc-router.ts';
import type { UssdSession } from '../at/ussd-dialog.ts';
import type { PhoneProfile, SlotSwitchProfile } from '../profiles/profile.ts';

/**
 * One SIM stack of a modem: the card at it, that card's network, and how the make speaks about this one alone. A modem with
 * one stack needs no words for that: its profile's `stacks` is then not looked at.
 */
export class SimStack {
  readonly number: StackNumber;
  /** Null where it is the modem's only one. */
  private readonly named: StackNumber | null;

  private constructor(number: StackNumber, isOnly: boolean) {
    this.number = number;
    this.named = isOnly ? null : number;
  }

  static of(count: 1 | 2): readonly [SimStack, ...SimStack[]] {
    return count === 1 ? [new SimStack(1, true)] : [new SimStack(1, false), new SimStack(2, false)];
  }

  /** The command that selects it; undefined = nothing is to be selected. */
  select({ stacks }: PhoneProfile): string | undefined {
    return this.named === null ? undefined : stacks?.select.replace('{stack}', String(this.named));
  }

  /** How another slot's card is brought to it; null = not at all. `select` has the stack filled in. */
  slotSwitch({ slots, stacks }: PhoneProfile): SlotSwitchProfile | null {
    if (this.named === null) return slots;
    const own = stacks?.slots;
    return own ? { ...own, select: own.select.replace('{stack}', String(this.named)) } : null;
  }

  /** For `parseSlot`: which line of the answer is about it. */
  get row(): StackNumber | null {
    return this.named;
  }

  /** The command as one about this stack. */
  about(command: AtCommand, profile: PhoneProfile): AtCommand {
    const select = this.select(profile);
    return select === undefined ? command : { ...command, select };
  }

  /** The session as if this stack were the modem's only one. */
  session(session: AtSession, profile: PhoneProfile): UssdSession {
    return {
      send: (command) => session.send(this.about(command, profile)),
      onUrc: (listener) =>
        session.onUrc((urc) => {
          if (urc.stack === this.number) listener(urc);
        }),
      onReset: (listener) => session.onReset(listener),
      get charset() {
        return session.charset;
      },
    };
  }
}

/** The marks of all makes' second stacks. Needed before the make is known: a modem that starts up reports its second card at once. */
export const stackMarksOf = (profiles: readonly PhoneProfile[]): readonly string[] => [
  ...new Set(profiles.flatMap(({ stacks }) => stacks?.reportMark ?? [])),
];
