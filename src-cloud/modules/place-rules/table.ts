import { sqlName } from '../../database/access.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { rulesFor, type Scope } from '../../database/scope.ts';
import { withoutRow, type Mortal } from '../changes/index.ts';

const columns = ['id', 'departmentId', 'version', 'rules'] as const;

export interface StoredRules<Rules> {
  /** The company's own, or the department's. */
  readonly id: string;
  readonly departmentId: string | null;
  readonly version: number;
  readonly rules: Rules;
}

/** One table of such rules. All of them have the same columns. */
export class RulesTable<Rules extends object> {
  private readonly name: 'callRules' | 'poolRules';
  private readonly unsaid: Partial<Rules>;

  /** @param unsaid what rules that were written before it was thought of are taken to say */
  constructor(name: 'callRules' | 'poolRules', unsaid: Partial<Rules> = {}) {
    this.name = name;
    this.unsaid = unsaid;
  }

  /** The key that refuses the second of two who make the first rules at once. */
  get key(): string {
    return `${sqlName(this.name)}_pkey`;
  }

  /** Entries of the stream whose rules were taken away. */
  get removed(): Mortal {
    return withoutRow(this.name);
  }

  /** Those of these ids that are for the person. */
  byId(db: Reader, scope: Scope, ids: readonly string[]): Promise<StoredRules<Rules>[]> {
    return this.rows(this.from(db).where(rulesFor(scope, this.name)).where('id', 'in', ids));
  }

  /** The company's and their department's, as far as there are any. */
  for(db: Reader, scope: Scope): Promise<StoredRules<Rules>[]> {
    return this.rows(this.from(db).where(rulesFor(scope, this.name)));
  }

  /** The company's, and those of its departments. */
  all(db: Reader, companyId: string): Promise<StoredRules<Rules>[]> {
    return this.rows(this.from(db).where('companyId', '=', companyId).orderBy('id'));
  }

  /** With its row lock. */
  async lock(tx: Tx, companyId: string, id: string): Promise<StoredRules<Rules> | undefined> {
    const found = this.from(tx).where('companyId', '=', companyId).where('id', '=', id).forUpdate();
    return (await this.rows(found))[0];
  }

  insert(tx: Tx, companyId: string, { rules, ...row }: StoredRules<Rules>, updatedAt: number): Promise<unknown> {
    const values = { companyId, ...row, rules: JSON.stringify(rules), updatedAt };
    return tx.insertInto(this.name).values(values).execute();
  }

  update(tx: Tx, companyId: string, { id, version, rules }: StoredRules<Rules>, updatedAt: number): Promise<unknown> {
    const set = { version, rules: JSON.stringify(rules), updatedAt };
    return tx.updateTable(this.name).set(set).where('companyId', '=', companyId).where('id', '=', id).execute();
  }

  delete(tx: Tx, companyId: string, id: string): Promise<unknown> {
    return tx.deleteFrom(this.name).where('companyId', '=', companyId).where('id', '=', id).execute();
  }

  private from(db: Reader) {
    // The type of one of them: what differs is what the rules say, which `rows` puts right.
    return db.selectFrom(this.name as 'callRules').select(columns);
  }

  private async rows(query: { execute(): Promise<unknown[]> }): Promise<StoredRules<Rules>[]> {
    const found = (await query.execute()) as StoredRules<Rules>[];
    return found.map((row) => ({ ...row, rules: { ...this.unsaid, ...row.rules } }));
  }
}
