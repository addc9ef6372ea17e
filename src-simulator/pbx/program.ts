import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** It is ready when its output has this, or when `ready` resolves. */
  readonly says?: RegExp;
  /** Asked until it is true. */
  readonly ready?: () => Promise<boolean>;
}

const running = new Set<Program>();
/** A group of its own does not end with us by itself. */
process.on('exit', () => {
  for (const program of running) program.signal('SIGKILL');
});

const startMs = 15_000;
const askEveryMs = 50;
const endMs = 3_000;
const keptOutput = 200_000;

/** A server of the system, started for us alone and ended by its own pid. */
export class Program {
  private readonly child: ChildProcess;
  private readonly name: string;
  private said = '';

  private constructor({ command, args, env }: ProgramOptions) {
    this.name = command;
    // A group of its own: what it has forked ends with it, also in a crash.
    this.child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe', detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.said = (this.said + text.toString('latin1')).slice(-keptOutput);
      });
    }
    running.add(this);
    this.child.once('exit', () => running.delete(this));
    // Writing to a program that has just ended is no news: its exit says it.
    this.child.stdin?.on('error', () => undefined);
  }

  /** @throws Error with what the program said, when it ends or is not ready in time */
  static async start(options: ProgramOptions): Promise<Program> {
    const program = new Program(options);
    try {
      await program.untilReady(options);
      return program;
    } catch (error) {
      await program.end();
      throw error;
    }
  }

  /** The last of what it wrote, both streams. */
  get output(): string {
    return this.said;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** SIGTERM, and SIGKILL for what does not listen. `hard`: SIGKILL at once, as in a crash. */
  async end(hard = false): Promise<void> {
    if (!this.running || this.child.pid === undefined) return;
    const gone = once(this.child, 'exit');
    this.signal(hard ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), endMs);
    await gone;
    clearTimeout(timer);
  }

  /** To everything of it. */
  signal(signal: NodeJS.Signals): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
  }

  private async untilReady({ says, ready }: ProgramOptions): Promise<void> {
    let failure: Error | null = null;
    this.child.on('error', (error) => (failure = error));
    const deadline = performance.now() + startMs;
    for (;;) {
      if (failure) throw failure;
      if (!this.running) throw new Error(`${this.name} ended: ${this.said.slice(-2000)}`);
      if (performance.now() > deadline) throw new Error(`${this.name} is not ready: ${this.said.slice(-2000)}`);
      const spoken = says === undefined || says.test(this.said);
      if (spoken && (!ready || (await ready()))) return;
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  }
}

/** Between the look for a free port and its use somebody else may take it: then with others, at most three times. */
export async function withFreePorts<T>(start: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (tries <= 1) throw error;
    return withFreePorts(start, tries - 1);
  }
}
