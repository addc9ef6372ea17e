import { priorities, type AtCommand } from './at-command.ts';

const rank = ({ command }: { command: AtCommand }): number => priorities.indexOf(command.priority);

/** Commands that wait, the most urgent first, else in the order in which they were asked for. */
export class CommandQueue<T extends { readonly command: AtCommand }> {
  private waiting: T[] = [];

  add(item: T): void {
    this.insert(item, (other) => rank(other) > rank(item));
  }

  /** In front of its own kind, but never of more urgent ones. */
  addFirst(item: T): void {
    this.insert(item, (other) => rank(other) >= rank(item));
  }

  take(): T | undefined {
    return this.waiting.shift();
  }

  takeAll(): readonly T[] {
    return this.waiting.splice(0);
  }

  private insert(item: T, behind: (other: T) => boolean): void {
    const at = this.waiting.findIndex(behind);
    this.waiting.splice(at < 0 ? this.waiting.length : at, 0, item);
  }
}
