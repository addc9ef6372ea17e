import { describe, expect, it } from 'vitest';
import { acrossQuestions } from '#cloud/database/access.ts';
import type { AcrossReader, Database, OwnerDatabase, Reader, TriesTx, Tx } from '#cloud/database/database.ts';
import { isTest, readSourceTree } from './source-tree.ts';

// Rows of a company are reached by `readCompany` and `writeCompany`, and by nothing else (src-cloud/database/access.ts).

const cloud = readSourceTree().filter(({ path }) => path.startsWith('src-cloud/') && !isTest(path));
const outside = cloud.filter(({ path }) => !/^src-cloud\/(database|testing)\//.test(path));
const using = (pattern: RegExp, files = outside): string[] =>
  files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

type Fits<A, B> = A extends B ? true : false;
type Has<T, Name extends string> = Name extends keyof T ? true : false;

describe('rows of a company', () => {
  it('cannot be asked of the pool, nor of what sees another part of them: the compiler says so', () => {
    const pool: [Has<Database, 'selectFrom'>, Has<Database, 'getExecutor'>, Fits<Database, Reader>] = [
      false,
      false,
      false,
    ];
    const bare: [Fits<OwnerDatabase, Reader>, Fits<OwnerDatabase, Tx>] = [false, false];
    const across: [Fits<AcrossReader<'employee'>, Reader>, Fits<Reader, AcrossReader<'employee'>>] = [false, false];
    const reading: [Fits<Tx, Reader>, Fits<Reader, Tx>, Has<Reader, 'insertInto'>] = [true, false, false];
    expect([pool, bare, across, reading].flat()).toHaveLength(10);
  });

  it('are behind the database folder: nobody else opens sessions, transactions or the door of the owner', () => {
    expect(using(/from 'pg'/)).toEqual(['src-cloud/backup/restore.ts', 'src-cloud/backup/rows.ts']);
    expect(using(/\bnew pg\./)).toEqual([]);
    expect(using(/\.transaction\(/)).toEqual([]);
    expect(using(/\b(openOwner|OwnerDatabase|guardRows|migrate)\b/)).toEqual([]);
    // A backup is of all companies: it is the owner's work, and reached by the commands alone.
    const owners = /\b(connectOwner|ownerOn|guardRowsIn|partlyHidden)\b/;
    expect(using(owners)).toEqual(['src-cloud/backup/backup.ts', 'src-cloud/backup/restore.ts']);
    expect(using(/\b(writeBackup|restoreBackup)\b/).filter((path) => !path.startsWith('src-cloud/backup/'))).toEqual([
      'src-cloud/main/backup-commands.ts',
    ]);
    expect(using(/\bprepareDatabase\b/)).toEqual(['src-cloud/main/start-cloud.ts']);
    expect(using(/\bopenDatabase\b/)).toEqual(['src-cloud/app/openapi.ts', 'src-cloud/main/start-cloud.ts']);
  });

  it('are taken for what the database made them in one place each: casts to readers are made there alone', () => {
    const casts = /as unknown as (Reader|Tx|AcrossReader|TriesTx)\b/;
    expect(using(casts, cloud)).toEqual(['src-cloud/database/access.ts', 'src-cloud/database/changes.ts']);
  });
});

describe('the count of tries, of no company', () => {
  it('is reached in one place, and what it is reached with reads no rows of companies', () => {
    const fits: [Fits<TriesTx, Reader>, Fits<TriesTx, Tx>, Fits<Tx, TriesTx>] = [false, false, false];
    expect(fits).toHaveLength(3);
    expect(using(/\bwriteTries\(/)).toEqual(['src-cloud/modules/auth/sign-in-guard.ts']);
  });
});

describe('questions across companies', () => {
  it('are these, asked in these places', () => {
    const asked = Object.fromEntries(
      Object.keys(acrossQuestions).map((name) => [name, using(new RegExp(`'${name}'`))]),
    );
    expect(asked).toEqual({
      'whose-account': ['src-cloud/modules/auth/repository.ts'],
      'whose-token': ['src-cloud/modules/auth/repository.ts'],
      'old-uploads': ['src-cloud/modules/recordings/repository.ts'],
      'which-companies': ['src-cloud/modules/companies/repository.ts'],
    });
    const askers = new Set(Object.values(asked).flat());
    expect(using(/\bacrossCompanies\b/)).toEqual([...askers].sort());
  });
});
