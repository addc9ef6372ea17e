import { AppError } from '#shared/base/errors.ts';
import { commandName, priorities, type AtCommand } from './at-command.ts';

/** A command that somebody waits for. */
export interface Pending {
  readonly command: AtCommand;
  lines: string[];
  /** Its answer was mixed up with a report once: the second answer stands as it is. */
  askedAgain: boolean;
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: AppError) => void;
}

export const pendingOf = (waiting: Pick<Pending, 'command' | 'resolve' | 'reject'>): Pending => ({
  ...waiting,
  lines: [],
  askedAgain: false,
});

const rank = ({ priority }: AtCommand): number => priorities.indexOf(priority);

export const isMoreUrgent = (command: AtCommand, than: AtCommand): boolean => rank(command) < rank(than);

/**
 * Commands that wait, the most urgent first, else in the order in which they were asked for.
 *
 * A modem with two SIM stacks takes questions about a card, and dials, for the stack that was selected last. So a command
 * that concerns a stack is handed out only when that stack is known to be selected: until then the selection is handed out
 * in its place, and what is more urgent may still go first. No command can come out under another one's selection, however
 * the wishes for both stacks are mixed. A question may rest on the selection that is in force; what acts (dials, a PIN,
 * USSD) rests on its own alone, since a modem that restarted unheard is back at its first stack.
 */
export class CommandQueue {
  private waiting: Pending[] = [];
  /** The selection that the modem has acknowledged last; null = not known. */
  private selected: string | null = null;
  /** For whom it was made; null once that one has gone out. */
  private selectedFor: Pending | null = null;

  add(item: Pending): void {
    this.insert(item, (other) => rank(other.command) > rank(item.command));
  }

  /** In front of its own kind, but never of more urgent ones. */
  askAgain(item: Pending): void {
    item.askedAgain = true;
    item.lines = [];
    this.insert(item, (other) => rank(other.command) >= rank(item.command));
  }

  /** What is to be written now; the caller writes it, and settles it before it takes the next one. */
  take(): Pending | undefined {
    const [next] = this.waiting;
    const { select, wanted } = next?.command ?? {};
    if (!next || select === undefined || wanted?.(false) === false || this.isSelectedFor(next)) {
      if (next && next === this.selectedFor) this.selectedFor = null;
      return this.waiting.shift();
    }
    return this.selection(select, next);
  }

  /** Empties the queue; the modem may have restarted, so that nothing is known to be selected any more. */
  takeAll(): readonly Pending[] {
    this.forgetSelection();
    return this.waiting.splice(0);
  }

  /** The modem may be back at its first stack: whoever concerns one selects it anew. */
  forgetSelection(): void {
    this.selected = null;
    this.selectedFor = null;
  }

  private isSelectedFor(item: Pending): boolean {
    const { select, priority } = item.command;
    return this.selected === select && (priority === 'info' || this.selectedFor === item);
  }

  private selection(select: string, asker: Pending): Pending {
    this.forgetSelection();
    return pendingOf({
      command: { text: select, priority: asker.command.priority },
      resolve: () => {
        this.selected = select;
        this.selectedFor = asker;
      },
      reject: (error) => {
        this.forgetSelection();
        this.waiting = this.waiting.filter((other) => other !== asker);
        asker.reject(couldNotSelect(error));
      },
    });
  }

  holdsMoreUrgent(than: AtCommand): boolean {
    return this.waiting.some(({ command }) => isMoreUrgent(command, than));
  }

  private insert(item: Pending, behind: (other: Pending) => boolean): void {
    const at = this.waiting.findIndex(behind);
    this.waiting.splice(at < 0 ? this.waiting.length : at, 0, item);
  }
}

/** A refusal of the selection says nothing about what was to be asked: no card or call may be judged by it. */
function couldNotSelect(error: AppError): AppError {
  if (error.code !== 'phone.refused') return error;
  const command = commandName(String(error.details['command'] ?? ''));
  return new AppError('phone.not-answering', { command, reason: 'stack not selected' }, error);
}
