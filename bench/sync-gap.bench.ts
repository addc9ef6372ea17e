/**
 * Writers and a reader of one company's change stream at the same time, by the product's own functions on a real PostgreSQL:
 * is anything that was committed never seen by a desk that asks for what is behind its cursor? A plain sequence lost half
 * of it. TRANSACTIONS=… per writer, SEED=… for another run.
 */
import { gapRounds } from '#tests/support/gap-rounds.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  const transactionsEach = Number(process.env['TRANSACTIONS'] ?? 150);
  const seed = Number(process.env['SEED'] ?? 20_261_127);
  const { lost, outOfOrder, missing, seen } = await gapRounds({ writers: 32, transactionsEach, readEveryMs: 2, seed });
  console.error(JSON.stringify({ seed, ...seen, perSecond: Math.round(seen.perSecond) }));
  // A reader that came only when all was over has proven nothing.
  if (seen.pages < 50) throw new Error(`only ${seen.pages} pages were read meanwhile`);
  const figure = (name: string, value: number): Figure => ({ name, value, unit: `of ${seen.transactions}`, bar: 0 });
  return [figure('sync-gap', lost), figure('sync-gap-out-of-order', outOfOrder), figure('sync-gap-missing', missing)];
}
