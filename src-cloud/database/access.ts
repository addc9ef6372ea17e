import type { AcrossReader, Database, Reader, TriesTx } from './database.ts';
import type { Tables } from './schema.ts';

// How modules reach rows; `writeCompany` (changes.ts) is another way. What a transaction may see is said to PostgreSQL,
// whose policies (row-security.ts) hold even where a query forgets to ask for its company.

/** Runs reads of one company, all in one snapshot. Rows of other companies are not there. */
export const readCompany = <T>(db: Database, companyId: string, work: (reader: Reader) => Promise<T>): Promise<T> =>
  db.transaction({ company: companyId }, 'read', (queries) => work(queries as unknown as Reader));

/**
 * Reads what is one query, in one round trip. Each further query would see a snapshot of its own; values are texts, whole
 * numbers, or yes and no.
 */
export const lookUp = <T>(db: Database, companyId: string, ask: (reader: Reader) => Promise<T>): Promise<T> =>
  ask(db.look({ company: companyId }) as unknown as Reader);

/**
 * The questions that nobody's company answers, and the one table that each may look at. They find out WHICH company it
 * is; what is then read or written goes the way of that company. Customers' rows are in no such table.
 */
export const acrossQuestions = {
  /** Sign-in asks for no company: whose account is it? */
  'whose-account': 'employee',
  /** A refresh token says nothing but itself: whose is it? */
  'whose-token': 'refreshToken',
  /** Uploads that nobody goes on with, of any company. */
  'old-uploads': 'upload',
  /** For what concerns every company, and whether the sample one is there. */
  'which-companies': 'company',
} as const satisfies Record<string, keyof Tables>;

export type AcrossQuestion = keyof typeof acrossQuestions;
type TableOf<Q extends AcrossQuestion> = (typeof acrossQuestions)[Q];

/** Asks one of `acrossQuestions`. Reads only. */
export const acrossCompanies = <Q extends AcrossQuestion, T>(
  db: Database,
  question: Q,
  work: (reader: AcrossReader<TableOf<Q>>) => Promise<T>,
): Promise<T> =>
  db.transaction({ across: sqlName(acrossQuestions[question]) }, 'read', (queries) =>
    work(queries as unknown as AcrossReader<TableOf<Q>>),
  );

/** The one table that the server works on and that belongs to no company: whoever guesses passwords has not said which. */
export const triesTable = 'sign_in_try';

/** Counts tries of passwords: sees and writes their table, and no other. */
export const writeTries = <T>(db: Database, work: (tx: TriesTx) => Promise<T>): Promise<T> =>
  db.transaction({ alone: triesTable }, 'write', (queries) => work(queries as unknown as TriesTx));

/** `refreshToken` as PostgreSQL has it: `refresh_token`. */
export const sqlName = (table: string): string => table.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
