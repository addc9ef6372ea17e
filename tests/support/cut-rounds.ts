import type { BareCloud } from './bare-cloud.ts';
import { startBareCloud } from './bare-cloud.ts';
import { openCallDesk, type CallDesk } from './call-desk.ts';
import { startCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.ts';
import { seededRandom } from './seeded-random.ts';

export interface CutFindings {
  /** Calls of the desk that the cloud has not, or not in their newest state. */
  readonly lost: string[];
  /** The same for a colleague's desk that pulls them. */
  readonly lostAtColleague: string[];
  /** How many more entries the company's stream has than operations were applied (fewer: one was swallowed). */
  readonly doubled: number;
  /** What sync said beside "unreachable", and operations that were refused. */
  readonly strange: string[];
  readonly seen: { cuts: CuttingProxy['cuts']; calls: number; operations: number };
}

/**
 * A desk that writes calls and notes, and its manager's desk that pulls them, both over a cable that is cut again and
 * again, until it was cut `cuts` times. Then the cable holds, and everybody must be in step.
 */
export async function cutRounds({ cuts, seed }: { cuts: number; seed: number }): Promise<CutFindings> {
  const cloud = await startBareCloud();
  const proxy = await startCuttingProxy(cloud.url);
  const [writer, colleague] = [await openCallDesk(proxy.url, 'chen'), await openCallDesk(proxy.url, 'zhao')];
  try {
    const strange = new Set<string>();
    await breakThings({ proxy, writer, colleague, cuts, random: seededRandom(seed), strange });
    proxy.plan = () => null;
    for (const desk of [writer, colleague]) await desk.sync.service.now();
    for (const desk of [writer, colleague])
      for (const event of ['outbox.rejected', 'sync.gap', 'sync.resync']) desk.logged(event).forEach((line) => strange.add(line)); // prettier-ignore
    return {
      ...(await compare(cloud, writer, colleague)),
      strange: [...strange],
      seen: await seenBy(cloud, proxy, writer),
    };
  } finally {
    writer.close();
    colleague.close();
    await proxy.close();
    await cloud.close();
  }
}

interface Breaking {
  readonly proxy: CuttingProxy;
  readonly writer: CallDesk;
  readonly colleague: CallDesk;
  readonly cuts: number;
  readonly random: () => number;
  readonly strange: Set<string>;
}

async function breakThings({ proxy, writer, colleague, cuts, random, strange }: Breaking): Promise<void> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const ids: string[] = [];
  proxy.plan = () => (random() < 0.5 ? cutOf(random) : null);
  for (let n = 0; total(proxy) < cuts; n += 1) {
    for (let more = below(3); more >= 0; more -= 1) {
      const old = ids[below(ids.length)];
      if (old !== undefined && random() < 0.5) writer.change(old, `改 ${n}`);
      else ids.push(writer.add(`第 ${n} 轮`));
    }
    for (const desk of n % 3 === 0 ? [writer, colleague] : [writer]) {
      await desk.sync.service.now().catch(() => undefined);
      const { problem } = desk.sync.service.state;
      if (problem && problem.code !== 'cloud.unreachable') strange.add(problem.code);
    }
  }
}

function cutOf(random: () => number): Cut {
  const kinds = ['before-request', 'in-request', 'before-reply', 'in-reply'] as const;
  const at = kinds[Math.floor(random() * kinds.length)] ?? 'before-reply';
  return at === 'in-request' || at === 'in-reply' ? { at, part: random() } : { at };
}

const total = ({ cuts }: CuttingProxy): number => Object.values(cuts).reduce((sum, count) => sum + count, 0);

async function compare(
  cloud: BareCloud,
  writer: CallDesk,
  colleague: CallDesk,
): Promise<Pick<CutFindings, 'lost' | 'lostAtColleague' | 'doubled'>> {
  const { asOwner: db } = cloud;
  const rows = await db.selectFrom('call').select(['id', 'rev', 'note']).execute();
  const inCloud = new Map(rows.map(({ id, rev, note }) => [id, `${rev} ${note}`]));
  const wrong = (there: Map<string, string>): string[] =>
    [...writer.calls()].filter(([id, state]) => there.get(id) !== state).map(([id, state]) => `${id}: ${state}, not ${there.get(id)}`); // prettier-ignore
  const entries = await db.selectFrom('change').select('seq').where('type', '=', 'call').execute();
  const applied = await db.selectFrom('appliedOp').select('result').execute();
  return {
    lost: wrong(inCloud),
    lostAtColleague: wrong(colleague.calls()),
    doubled: entries.length - applied.filter(({ result }) => result?.status === 'applied').length,
  };
}

async function seenBy(cloud: BareCloud, proxy: CuttingProxy, writer: CallDesk): Promise<CutFindings['seen']> {
  const operations = await cloud.asOwner.selectFrom('appliedOp').select('opId').execute();
  return { cuts: { ...proxy.cuts }, calls: writer.calls().size, operations: operations.length };
}
