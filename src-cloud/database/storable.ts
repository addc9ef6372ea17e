/**
 * Is all text in it such as PostgreSQL keeps? No text may hold U+0000, and jsonb takes no half of a surrogate pair; JSON
 * has both (PostgreSQL docs, 8.14). To be asked of what comes from outside, keys included. Any depth will do.
 */
export function isStorable(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') {
      if (one.includes('\u0000') || !one.isWellFormed()) return false;
    } else if (Array.isArray(one)) {
      for (const item of one) open.push(item);
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, item] of Object.entries(one)) open.push(key, item);
    }
  }
  return true;
}
