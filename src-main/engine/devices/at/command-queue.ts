import { AppError } from '#shared/base/errors.ts';
import { commandName, priorities, type AtCommand } from './at-command.ts';

/** What waits for its turn, and how it is told what became of it. */
export interface QueuedCommand {
  readonly command: AtCommand;
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: AppError) => void;
}

const rank = ({ command }: QueuedCommand): number => priorities.indexOf(command.priority);

/**
 * Commands that wait, the most urgent first, else in the order in which they were asked for.
 *
 * A modem with two SIM stacks takes questions about a card, and dials, for the stack that was selected last. So a command
 * that concerns a stack is handed out only when that stack is known to be selected: until then the selection is handed out
 * in its place, and what is more urgent may still go first. No command can come out under another one's selection, however
 * the wishes for both stacks are mixed. A question may rest on the selection that is in force; what acts (dials, a PIN,
 * USSD) rests on its own alone, since a modem that restarted unheard is back at its first stack.
 */
export class CommandQueue<T extends QueuedCommand> {
  private readonly make: (queued: QueuedCommand) => T;
  private waiting: T[] = [];
  /** The selection that the modem has acknowledged last; null = not known. */
  private selected: string | null = null;
  /** For whom it was made; null once that one has gone out. */
  private selectedFor: T | null = null;

  /** @param make an entry for a selection, from what the queue itself knows of it */
  constructor(make: (queued: QueuedCommand) => T) {
    this.make = make;
  }

  add(item: T): void {
    this.insert(item, (other) => rank(other) > rank(item));
  }

  /** In front of its own kind, but never of more urgent ones. */
  addFirst(item: T): void {
    this.insert(item, (other) => rank(other) >= rank(item));
  }

  /** What is to be written now; the caller writes it, and settles it before it takes the next one. */
  take(): T | undefined {
    const [next] = this.waiting;
    const { select, wanted } = next?.command ?? {};
    if (!next || select === undefined || wanted?.() === false || this.isSelectedFor(next)) {
      if (next && next === this.selectedFor) this.selectedFor = null;
      return this.waiting.shift();
    }
    return this.selection(select, next);
  }

  /** Empties the queue; the modem may have restarted, so that nothing is known to be selected any more. */
  takeAll(): readonly T[] {
    this.forgetSelection();
    return this.waiting.splice(0);
  }

  /** The modem may be back at its first stack: whoever concerns one selects it anew. */
  forgetSelection(): void {
    this.selected = null;
    this.selectedFor = null;
  }

  private isSelectedFor(item: T): boolean {
    const { select, priority } = item.command;
    return this.selected === select && (priority === 'info' || this.selectedFor === item);
  }

  private selection(select: string, asker: T): T {
    this.forgetSelection();
    return this.make({
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

  private insert(item: T, behind: (other: T) => boolean): void {
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
