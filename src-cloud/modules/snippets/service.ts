import { mostSnippets, takenSnippets, type SnippetWords } from '#shared/domain/snippet.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import { TextListService } from '../ordered/index.ts';
import * as repository from './repository.ts';

/** 话术 of the company. What people write for themselves comes by operations (ops.ts), and is in no log. */
export class SnippetService extends TextListService<Tables['snippet'], SnippetWords> {
  constructor(deps: CloudDeps) {
    super(deps, {
      type: 'snippet',
      most: mostSnippets,
      tooMany: 'snippet.too-many',
      inWords: ({ category, title, text }) => ({ category, title, text: text.slice(0, 200) }),
      lock: repository.lockCompanySnippets,
      insert: (tx, row, updatedAt) =>
        repository.insertSnippet(tx, { ...row, ...{ employeeId: null, deviceId: null, version: 1, updatedAt, deletedAt: null } }), // prettier-ignore
      update: (tx, scope, { id, version }, change, updatedAt) =>
        repository.updateSnippet(tx, scope, id, updatedAt === null ? change : { ...change, version: version + 1, updatedAt }), // prettier-ignore
      delete: repository.deleteSnippet,
    });
  }

  /** Rows of a file, but for those that `snippetFaults` leaves out. @returns how many came of them */
  import(asker: Asker, rows: readonly SnippetWords[]): Promise<number> {
    return this.addAll(asker, (all) => takenSnippets(rows, all), 'snippet.imported');
  }

  list(scope: Scope) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.companySnippets(reader, scope));
  }
}
