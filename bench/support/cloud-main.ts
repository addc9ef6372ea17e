/**
 * A real cloud with its own PostgreSQL as a process of its own, so that its work and memory are not counted as the desk's:
 * `fork('cloud-main.ts', [leads, calls])`, forked by cloud-process.ts. The sample company is filled through
 * `writeCompany`, as everything is that desks see.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { sql } from 'kysely';
import { outcomes } from '#shared/domain/vocabulary.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import { sampleLeads } from '#cloud/main/sample-company.ts';
import { startBareCloud } from '#tests/support/bare-cloud.ts';
import { makeCallRow } from './cloud-rows.ts';

// In life it is another machine: here it, and the database that it starts, keep to one processor. Elsewhere than on Linux to all.
if (availableParallelism() > 1) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
const [leads, calls] = process.argv.slice(2);
const cloud = await startBareCloud();
const { db, newId, clock } = cloud.deps;
const { companyId } = await cloud.asOwner.selectFrom('company').select('companyId').executeTakeFirstOrThrow();
const people = await cloud.asOwner.selectFrom('employee').select(['id', 'account']).execute();
const agents = people.filter(({ account }) => account !== 'admin');
/** Rows of one transaction. */
const batch = 500;

async function fill(): Promise<void> {
  // The sample company has 200 already.
  const rows = sampleLeads(Number(leads ?? 0), newId, clock.now()).slice(200);
  for (let at = 0; at < rows.length; at += batch) {
    const part = rows.slice(at, at + batch);
    await writeCompany(db, companyId, clock.now(), async (tx, log) => {
      await tx.insertInto('lead').values(part.map((lead) => ({ companyId, ...lead }))).execute(); // prettier-ignore
      for (const { id } of part) log.add('lead', id);
    });
  }
  const verdicts = [...outcomes, null];
  for (let at = 0; at < Number(calls ?? 0); at += batch) {
    const part = Array.from({ length: Math.min(batch, Number(calls) - at) }, (_, index) => {
      const lead = rows[(at + index) * 2 % Math.max(1, rows.length)]; // prettier-ignore
      const employeeId = agents[(at + index) % agents.length]?.id ?? '';
      return makeCallRow(at + index, {
        id: newId(),
        employeeId,
        lead,
        outcome: verdicts[at % verdicts.length] ?? null,
      });
    });
    await writeCompany(db, companyId, clock.now(), async (tx, log) => {
      const values = part.map(({ recording, ...row }) => ({ companyId, ...row, recording: recording && JSON.stringify(recording), updatedAt: clock.now() })); // prettier-ignore
      await tx.insertInto('call').values(values).execute();
      for (const { id } of part) log.add('call', id);
    });
  }
  // As autovacuum leaves tables that have been there for a while.
  await sql`VACUUM ANALYZE`.execute(cloud.asOwner);
}

await fill();
process.on('disconnect', () => void cloud.close().then(() => process.exit(0)));
process.send?.({ url: cloud.url });
