/**
 * Does part after part, each a transaction of its own, so that nobody waits for all of it, until one finds less than it may
 * take. @param part takes at most `atOnce` rows, and says how many. @returns how many in all
 */
export async function inParts(atOnce: number, part: () => Promise<number>): Promise<number> {
  for (let count = 0; ;) {
    const went = await part();
    count += went;
    if (went < atOnce) return count;
  }
}
