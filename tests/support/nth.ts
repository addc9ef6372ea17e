/** The one that a test is about. @param n from 0 on @throws Error where there are not so many */
export function nth<T>(list: readonly T[], n: number): T {
  const found = list[n];
  if (found === undefined) throw new Error(`there are ${list.length}, not ${n + 1}`);
  return found;
}
