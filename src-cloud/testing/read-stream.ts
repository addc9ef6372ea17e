import type { CloudChange, CloudSession, RouteReply, changes } from '#shared/cloud-contract/contract.ts';
import type { TestCloud } from './test-cloud.ts';

export type ChangesPage = RouteReply<typeof changes>;

export interface ReadStream {
  /** By type and id; false = told that it is gone. */
  readonly ids: Map<string, boolean>;
  readonly next: number;
  readonly floor: number;
}

/** Every page behind `after`, as this person's desk reads them. Throws where a page does not prove that it is whole. */
export async function readStream(cloud: TestCloud, session: CloudSession, after = 0, limit = 500): Promise<ReadStream> {
  const ids = new Map<string, boolean>();
  for (let next = after; ;) {
    const page = (await cloud.as(session, { url: `/v1/changes?after=${next}&limit=${limit}` })).json<ChangesPage>();
    const numbers = page.changes.length + (page.hidden ?? 0);
    if (numbers !== page.next - next) throw new Error(`(${next}, ${page.next}] of ${limit}: says where ${numbers} are`);
    for (const { type, id, row } of page.changes) ids.set(`${type} ${id}`, row !== null);
    ({ next } = page);
    if (!page.hasMore) return { ids, next, floor: page.floor ?? 0 };
  }
}

/** What a desk of this person has of one type that has read everything behind `after`. */
export async function rowsSeenBy<T>(cloud: TestCloud, session: CloudSession, type: CloudChange['type'], after = 0) {
  const rows = new Map<string, unknown>();
  for (const change of await changesFor(cloud, session, after))
    if (change.type === type && change.row) rows.set(change.id, change.row);
    else if (change.type === type) rows.delete(change.id);
  return [...rows.values()] as T[];
}

/** What a person's desk is told behind `after`, in order. */
export async function changesFor(cloud: TestCloud, session: CloudSession, after = 0): Promise<CloudChange[]> {
  const all: CloudChange[] = [];
  for (let next = after, hasMore = true; hasMore;) {
    const page = (await cloud.as(session, { url: `/v1/changes?after=${next}` })).json<ChangesPage>();
    all.push(...page.changes);
    ({ next, hasMore } = page);
  }
  return all;
}
