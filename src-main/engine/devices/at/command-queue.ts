import type { AppError } from '#shared/base/errors.ts';
import { priorities, type AtCommand } from './at-command.ts';

/** A command that somebody waits for. */
export interface Pending {
  readonly command: AtCommand;
  lines: string[];
  /** Its answer was mixed up with a report once: the second answer stands as it is. */
  askedAgain: boolean;
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: AppError) => void;
}

const rank = ({ priority }: AtCommand): number => priorities.indexOf(priority);

export const isMoreUrgent = (command: AtCommand, than: AtCommand): boolean => rank(command) < rank(than);

/** Commands that wait, the most urgent first, else in the order in which they were asked for. */
export class CommandQueue {
  private waiting: Pending[] = [];

  add(item: Pending): void {
    this.insert(item, (other) => rank(other.command) > rank(item.command));
  }

  /** In front of its own kind, but never of more urgent ones. */
  addFirst(item: Pending): void {
    this.insert(item, (other) => rank(other.command) >= rank(item.command));
  }

  take(): Pending | undefined {
    return this.waiting.shift();
  }

  takeAll(): readonly Pending[] {
    return this.waiting.splice(0);
  }

  holdsMoreUrgent(than: AtCommand): boolean {
    return this.waiting.some(({ command }) => isMoreUrgent(command, than));
  }

  private insert(item: Pending, behind: (other: Pending) => boolean): void {
    const at = this.waiting.findIndex(behind);
    this.waiting.splice(at < 0 ? this.waiting.length : at, 0, item);
  }
}
