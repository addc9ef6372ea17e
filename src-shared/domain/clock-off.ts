/** Off by less is nobody's business: a person does not notice, a call's record is not wrong by more than its rounding. */
const warnMs = 30_000;
/** From here on times in the records are wrong by more than anybody would forgive. */
const badMs = 5 * 60_000;

/** What is the matter with a PC's clock; the details of `clock.off`. */
export interface ClockProblem {
  readonly bad: boolean;
  readonly details: { readonly offMs: number; readonly slow: true } | { readonly offMs: number; readonly fast: true };
}

/** @param behindMs how far it is behind the cloud's; negative = ahead. Null = it is right, or nobody knows. */
export function clockProblem(behindMs: number | null): ClockProblem | null {
  const offMs = Math.abs(behindMs ?? 0);
  if (behindMs === null || offMs < warnMs) return null;
  return { bad: offMs >= badMs, details: behindMs > 0 ? { offMs, slow: true } : { offMs, fast: true } };
}
