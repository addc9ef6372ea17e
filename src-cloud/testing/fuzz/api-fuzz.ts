import { readFile } from 'node:fs/promises';
import { Agent, request as ask, type IncomingMessage } from 'node:http';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { everythingOf, markCompany, markRows, type TheirRows } from '../marked-rows.ts';
import type { TestCloud } from '../test-cloud.ts';
import { Dice } from './generate.ts';
import { RequestMaker, type Document, type FuzzRequest } from './requests.ts';

export interface FuzzResult {
  /** Answers by hundreds: `2xx`, `4xx`. `none` = the server cut a request off, e.g. a body that is too large. */
  readonly answers: Record<string, number>;
  /** One line each: answers 5xx, and replies with something of another company. */
  readonly failures: string[];
  readonly leaks: string[];
  /** Tables of the other company that are not as they were. */
  readonly changed: string[];
}

const atOnce = 6;
/** Access tokens live for 15 minutes, and a request may end the session it is asked in. */
const freshSessionsEvery = 2000;
const people = ['chen', 'zhao', 'admin'] as const;

/** Asks a cloud whose limits are wide `count` bent requests, as an agent, a manager, an administrator and nobody. */
export async function fuzzApi(cloud: TestCloud, count: number, random: () => number): Promise<FuzzResult> {
  const url = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
  const mark = '外司ZQX密档';
  const foreign = await markRows(cloud, await cloud.signIn('foreign-admin'), mark);
  await markCompany(cloud, foreign.companyId, mark);
  const rows: TheirRows[] = [];
  for (const who of people) rows.push(await markRows(cloud, await cloud.signIn(who), `name of ${who}`));
  const before = await everythingOf(cloud, foreign.companyId);
  const dice = new Dice(random);
  const maker = new RequestMaker(JSON.parse(await readFile('docs/openapi.json', 'utf8')) as Document, dice);
  const result: FuzzResult = { answers: {}, failures: [], leaks: [], changed: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  for (let done = 0; done < count; done += freshSessionsEvery) {
    const sessions: CloudSession[] = [];
    // Its wrong passwords came from the same address, which waits by now.
    await cloud.asOwner.deleteFrom('signInTry').execute();
    for (const who of people) sessions.push(await cloud.signIn(who));
    const spare = await cloud.signIn('lin');
    let left = Math.min(freshSessionsEvery, count - done);
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const who = dice.below(people.length + 1);
        const mine = rows[who] ?? (rows[0] as TheirRows);
        const request = maker.next({ mine, foreign, spare }, sessions[who]?.accessToken ?? null);
        judge(request, await send(url, request, agent), foreign, result);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  agent.destroy();
  const after = await everythingOf(cloud, foreign.companyId);
  for (const [table, there] of Object.entries(before))
    if (JSON.stringify(there) !== JSON.stringify(after[table])) result.changed.push(table);
  return result;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Null when the connection ended without an answer. */
function send(url: string, { method, path, headers, body }: FuzzRequest, agent: Agent): Promise<Answer | null> {
  return new Promise((resolve) => {
    const sent = ask(`${url}${path}`, {
      method,
      agent,
      headers: body ? { ...headers, 'content-length': body.length } : headers,
    });
    sent.on('error', () => resolve(null));
    sent.on('response', (reply: IncomingMessage) => {
      const parts: Buffer[] = [];
      const answered = (): void => {
        const text = `${Buffer.concat(parts).toString()} ${JSON.stringify(reply.headers)}`;
        resolve({ status: reply.statusCode ?? 0, text });
      };
      reply.on('data', (part: Buffer) => {
        parts.push(part);
        if (!reply.headers['content-type']?.startsWith('text/event-stream')) return;
        // It would not end by itself.
        answered();
        sent.destroy();
      });
      reply.on('error', () => resolve(null));
      reply.on('end', answered);
    });
    sent.end(body ?? undefined);
  });
}

function judge(
  request: FuzzRequest,
  answer: Answer | null,
  foreign: TheirRows,
  { answers, failures, leaks }: FuzzResult,
): void {
  const kind = answer === null ? 'none' : `${Math.floor(answer.status / 100)}xx`;
  answers[kind] = (answers[kind] ?? 0) + 1;
  if (answer === null) return;
  const line = `${request.method} ${request.path.slice(0, 120)} ${JSON.stringify({ ...request.headers, authorization: '…' }).slice(0, 300)} ${request.body?.toString().slice(0, 1500) ?? ''} -> ${answer.status}`;
  if (answer.status >= 500) failures.push(line);
  if (answer.text.includes(foreign.mark)) leaks.push(line);
}
