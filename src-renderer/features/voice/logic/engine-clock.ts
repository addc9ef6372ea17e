/** Answers that are looked back on: half a minute of 20-ms frames would be too slow to notice a new path. */
const kept = 100;

/**
 * The engine's monotonic clock as this window knows it: each answer says what it read there, and was made about half way
 * between question and answer. The quickest answer of late is the surest (as NTP does it, RFC 5905 §10).
 */
export class EngineClock {
  private readonly answers: { readonly offset: number; readonly roundTrip: number }[] = [];

  note(askedAt: number, answeredAt: number, engineAt: number): void {
    const roundTrip = answeredAt - askedAt;
    this.answers.push({ offset: engineAt - (askedAt + roundTrip / 2), roundTrip });
    if (this.answers.length > kept) this.answers.shift();
  }

  /** This moment of the window on the engine's clock; null = no answer yet. */
  at(here: number): number | null {
    const best = this.answers.reduce<(typeof this.answers)[number] | null>(
      (found, one) => (found && found.roundTrip <= one.roundTrip ? found : one),
      null,
    );
    return best && here + best.offset;
  }
}
