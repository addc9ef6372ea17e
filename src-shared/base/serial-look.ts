/**
 * Looks at something that may change at any time, one look after the other. Asked again in the middle of a look, it looks
 * once more after it; what the older look still finds out is not the newest any more, and has to be thrown away.
 */
export class SerialLook {
  private readonly look: (isNewest: () => boolean) => Promise<void>;
  private generation = 0;
  private running = false;

  /** @param look is not meant to reject; `isNewest` says whether anything was asked since it began */
  constructor(look: (isNewest: () => boolean) => Promise<void>) {
    this.look = look;
  }

  get busy(): boolean {
    return this.running;
  }

  again(): void {
    this.generation += 1;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      let begun: number;
      do {
        begun = this.generation;
        const mine = begun;
        await this.look(() => mine === this.generation);
      } while (begun !== this.generation);
    } finally {
      // One that fails all the same is told by the browser, and is not the last.
      this.running = false;
    }
  }
}
