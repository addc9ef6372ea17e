const windowMs = 10 * 60_000;
/** So many in the window are bad luck; one more is a power supply that breaks down (research/hardware case 4). */
const bearable = 3;
/** One start says several things (`RDY`, `SYSSTART`). */
const oneStartMs = 2_000;

/** The restarts of one modem that nobody asked for, on the monotonic clock. */
export class RestartCount {
  private times: number[] = [];

  /** @returns how many there were in the last ten minutes where that is too many, else null */
  note(mono: number): number | null {
    const last = this.times.at(-1);
    if (last === undefined || mono - last > oneStartMs) this.times.push(mono);
    this.times = this.times.filter((time) => mono - time < windowMs);
    return this.times.length > bearable ? this.times.length : null;
  }
}
