/** Ten seconds of 20-ms frames. */
const kept = 500;

/** How long frames were on their way, of the last ten seconds. */
export class RecentDelays {
  private readonly delays: number[] = [];

  /** @param ms a window whose idea of our clock is still rough may be early by a little: below 0 counts as 0 */
  note(ms: number): void {
    this.delays.push(Math.max(0, ms));
    if (this.delays.length > kept) this.delays.shift();
  }

  /** The middle and the slowest but one in twenty, whole ms; null = none was noted. */
  middle(): { readonly p50: number; readonly p95: number } | null {
    if (this.delays.length === 0) return null;
    const sorted = this.delays.toSorted((a, b) => a - b);
    const at = (part: number): number => Math.round(sorted[Math.ceil(sorted.length * part) - 1] ?? 0);
    return { p50: at(0.5), p95: at(0.95) };
  }
}
