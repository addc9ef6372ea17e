/** The middle and the slowest but one in twenty, whole ms; null = none. */
export function middleOf(delays: readonly number[]): { readonly p50: number; readonly p95: number } | null {
  if (delays.length === 0) return null;
  const sorted = [...delays].sort((a, b) => a - b);
  const at = (part: number): number => Math.round(sorted[Math.ceil(sorted.length * part) - 1] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}
