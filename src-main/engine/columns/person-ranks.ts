import type { ReadableDb } from '../database/handles.ts';
import type { WordColumn } from './numbers.ts';

const { compare } = new Intl.Collator('zh-CN-u-co-pinyin');

/**
 * Where rows stand by whose they are: 0 = nobody's, then people by their names in pinyin, then those of whom no name is known.
 * Names are asked for anew before each list, since a colleague may be called otherwise, and there are few.
 */
export class PersonRanks {
  private readonly db: ReadableDb;
  private people: WordColumn | null = null;
  private names: ReadonlyMap<string, string> = new Map();
  /** By the code of a word. */
  private ranks = new Uint32Array(1);

  constructor(db: ReadableDb) {
    this.db = db;
  }

  /** @returns whether rows may stand in another order than before. Who is new in `people` stands between the others, and moves none of them. */
  look(people: WordColumn): boolean {
    const found = this.db.all<{ id: string; name: string }>('SELECT id, name FROM call_employee');
    const isOther = found.length !== this.names.size || found.some(({ id, name }) => this.names.get(id) !== name);
    if (!isOther && this.people === people && this.ranks.length === people.words.length) return false;
    this.people = people;
    if (isOther) this.names = new Map(found.map(({ id, name }) => [id, name]));
    const codes = people.words.flatMap((id, code) =>
      id === null ? [] : [{ code, id, name: this.names.get(id) ?? null }],
    );
    codes.sort((a, b) => Number(a.name === null) - Number(b.name === null) || compare(a.name ?? '', b.name ?? '') || (a.id < b.id ? -1 : 1)); // prettier-ignore
    this.ranks = new Uint32Array(people.words.length);
    for (const [rank, { code }] of codes.entries()) this.ranks[code] = rank + 1;
    return isOther;
  }

  /** @param code of a word of `people` */
  of(code: number): number {
    return this.ranks[code] ?? 0;
  }
}
