/**
 * A key that must be pressed twice within `withinMs`, because what it does cannot be undone (Esc hangs up, ux.md).
 * `press` answers 'armed' for the first and 'fire' for the second; times are monotonic ms.
 */
export class DoublePress {
  private readonly withinMs: number;
  private last = Number.NEGATIVE_INFINITY;

  constructor(withinMs = 1500) {
    this.withinMs = withinMs;
  }

  press(mono: number): 'armed' | 'fire' {
    const fire = mono - this.last <= this.withinMs;
    this.last = fire ? Number.NEGATIVE_INFINITY : mono;
    return fire ? 'fire' : 'armed';
  }

  disarm(): void {
    this.last = Number.NEGATIVE_INFINITY;
  }
}
