/**
 * The server of bench/cloud-load with its own PostgreSQL, as a process of its own: `fork('load-cloud-main.ts', [companies,
 * agents])`. Each company has so many agents in departments of ten with a manager each, and an administrator; all of them
 * have one password. Answers a message 'usage' with the processor time that server and database have used, and 'calls' with
 * what is in the table of calls.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { hashPassword } from '#cloud/modules/auth/index.ts';
import { createCompany } from '#cloud/modules/companies/index.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import { startBareCloud } from '#tests/support/bare-cloud.ts';
import type { LoadAnswer, LoadPerson, LoadQuestion } from './load-process.ts';

const [companies, agents] = process.argv.slice(2).map(Number) as [number, number];
const perDepartment = 10;
const password = 'load-2026-desk';
// As many sessions as a real server has.
const cloud = await startBareCloud(10);
const { deps } = cloud;

async function makeCompany(n: number): Promise<LoadPerson[]> {
  const companyId = deps.newId();
  const departments = Array.from({ length: Math.ceil(agents / perDepartment) }, (_, index) => ({
    id: deps.newId(),
    name: `部门 ${index + 1}`,
  }));
  const passwordHash = await shared;
  const person = (name: string, role: 'agent' | 'manager' | 'admin', departmentId: string | null) => ({
    ...{ id: deps.newId(), account: `${name}@${n}`, name, role, departmentId, passwordHash },
  });
  const people = [
    person('admin', 'admin', null),
    ...departments.map(({ id }, index) => person(`manager-${index}`, 'manager', id)),
    ...Array.from({ length: agents }, (_, index) =>
      person(`agent-${index}`, 'agent', departments[Math.floor(index / perDepartment)]?.id ?? null),
    ),
  ];
  const company = { companyId, name: `示例第 ${n} 公司`, sample: true };
  await writeCompany(deps.db, companyId, deps.clock.now(), (tx, log) =>
    createCompany(tx, log, deps, { company, departments, people }),
  );
  return people.map(({ account, role }) => ({ account, role, password }));
}

/** In ms since their start; where there is no /proc the database's is not known. */
function usage(): { server: number; database: number } {
  const { user, system } = process.cpuUsage();
  const database = processes().reduce((sum, { ms }) => sum + ms, 0);
  return { server: (user + system) / 1000, database };
}

/** The postmaster, which has our folder in its command line, and its children. */
function processes(): { ms: number }[] {
  if (!existsSync('/proc/self/stat')) return [{ ms: Number.NaN }];
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap(readProcess); // prettier-ignore
  const master = all.find(({ command }) => command.includes(dirname(deps.recordingsDir)))?.pid;
  return all.filter(({ pid, parent }) => pid === master || parent === master);
}

/** Times are in ticks of 10 ms (proc(5)). */
function readProcess(pid: string): { pid: string; parent: string; command: string; ms: number }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return [{ pid, parent: fields[1] ?? '', command, ms: (Number(fields[11]) + Number(fields[12])) * 10 }];
  } catch {
    return []; // it has ended meanwhile
  }
}

/** Calls in all, and those that are not as their desk wrote them last. */
async function calls(rev: number): Promise<{ count: number; late: number }> {
  const { rows } = await sql<{ count: number; late: number }>`
    SELECT count(*) AS count, count(*) FILTER (WHERE rev <> ${rev}) AS late FROM call`.execute(cloud.asOwner);
  return { count: Number(rows[0]?.count), late: Number(rows[0]?.late) };
}

const shared = hashPassword(password);
const people: LoadPerson[] = [];
for (let n = 0; n < companies; n += 1) people.push(...(await makeCompany(n)));
await sql`VACUUM ANALYZE`.execute(cloud.asOwner);
const answer = (message: LoadAnswer): void => void process.send?.(message);
process.on('message', (question: LoadQuestion) => {
  if (question.ask === 'usage') answer({ usage: usage() });
  else void calls(question.rev).then((found) => answer({ calls: found }));
});
process.on('disconnect', () => void cloud.close().then(() => process.exit(0)));
answer({ url: cloud.url, people });
