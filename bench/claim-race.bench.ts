/**
 * A hundred desks want the same fifty leads at the same time, each in an order of its own, and each claim travels by itself.
 * Every lead has exactly one winner, and every loser is told who that is. DESKS=10 for a shorter run.
 */
import { writeCompany } from '#cloud/database/changes.ts';
import { sampleLeads } from '#cloud/main/sample-company.ts';
import { hashPassword } from '#cloud/modules/auth/index.ts';
import { createCompany } from '#cloud/modules/companies/index.ts';
import type { CloudOpResult } from '#engine/sync/index.ts';
import type { CloudClient } from '#engine/sync/cloud-client.ts';
import { startBareCloud, type BareCloud } from '#tests/support/bare-cloud.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { signedClient } from '#tests/support/signed-client.ts';
import type { Figure } from './figure.ts';

const password = 'fifty-leads-for-all';
const leadCount = 50;

export async function run(): Promise<Figure[]> {
  const desks = Number(process.env['DESKS'] ?? 100);
  const cloud = await startBareCloud();
  try {
    const { clients, leads } = await makeCompany(cloud, desks);
    const answers = new Map(leads.map((id) => [id, [] as { name: string; result: CloudOpResult }[]]));
    const began = performance.now();
    await Promise.all(
      clients.map(async ({ client, name }, index) => {
        for (const id of shuffled(leads, seededRandom(index + 1))) {
          const [result] = await client.push([{ opId: cloud.deps.newId(), type: 'lead.claim', row: { id } }]);
          if (result) answers.get(id)?.push({ name, result });
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    console.error(`claim-race: ${desks * leadCount} claims in ${seconds.toFixed(1)} s`);
    return [
      { name: 'claim-race-winners', value: Math.abs(winners(answers) - leadCount), unit: `off ${leadCount}`, bar: 0 },
      { name: 'claim-race-not-told', value: notTold(answers, desks), unit: 'losers', bar: 0 },
    ];
  } finally {
    await cloud.close();
  }
}

type Answers = ReadonlyMap<string, readonly { readonly name: string; readonly result: CloudOpResult }[]>;

const winners = (answers: Answers): number =>
  [...answers.values()].filter((all) => all.filter(({ result }) => result.status === 'applied').length === 1).length;

/** Everybody but the winner, unless they know the winner's name and since when. */
function notTold(answers: Answers, desks: number): number {
  let untold = 0;
  for (const all of answers.values()) {
    const winner = all.find(({ result }) => result.status === 'applied')?.name;
    const told = all.filter(({ result: { code, details } }) => {
      return code === 'lead.taken' && details?.['by'] === winner && typeof details?.['takenAt'] === 'number';
    });
    untold += desks - 1 - told.length;
  }
  return untold;
}

const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

async function makeCompany(
  cloud: BareCloud,
  desks: number,
): Promise<{ clients: { client: CloudClient; name: string }[]; leads: string[] }> {
  const { db, newId, clock } = cloud.deps;
  const companyId = newId();
  const passwordHash = await hashPassword(password);
  const people = Array.from({ length: desks }, (_, n) => {
    return {
      id: newId(),
      account: `race-${n}`,
      name: `坐席 ${n}`,
      role: 'agent' as const,
      passwordHash,
      departmentId: null,
    };
  });
  const rows = sampleLeads(leadCount, newId, clock.now());
  await writeCompany(db, companyId, clock.now(), async (tx, log) => {
    await createCompany(tx, log, cloud.deps, {
      company: { companyId, name: '赛', sample: false },
      departments: [],
      people,
    });
    await tx.insertInto('lead').values(rows.map((lead) => ({ companyId, ...lead }))).execute(); // prettier-ignore
    for (const { id } of rows) log.add('lead', id);
  });
  const clients = [];
  for (const { account, name } of people)
    clients.push({ client: await signedClient(cloud.url, { account, password, deviceId: account }), name });
  return { clients, leads: rows.map(({ id }) => id) };
}
