import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isTest, projectRoot, readSourceTree } from './source-tree.ts';

/** Sizes that a reader can hold in mind. An exception needs its reason here, and no other place. */
const exceptions: Record<string, string> = {};

const tree = readSourceTree();
const lines = (text: string): number => text.trimEnd().split('\n').length;

/**
 * Lines of a function without those of the functions inside it: a factory that is a list of small functions reads like a
 * class and is counted like one.
 */
function longFunctions(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): number => {
    let inside = 0;
    ts.forEachChild(node, (child) => {
      inside += visit(child);
    });
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return inside;
    const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
    if (lines - inside > 60) found.push(`${path}:${lineOf(node.getStart()) + 1} has ${lines - inside}`);
    return lines > 1 ? lines : 0;
  };
  visit(source);
  return found;
}

describe('size budgets', () => {
  it('files stay under 400 lines, components under 300', () => {
    const long = tree
      .filter((file) => !exceptions[file.path])
      .filter((file) => lines(file.text) >= (file.path.endsWith('.vue') ? 300 : 400))
      .map((file) => `${file.path} has ${lines(file.text)}`);
    expect(long).toEqual([]);
  });

  it('functions of the product stay within 60 lines', () => {
    const product = tree.filter(
      (file) => file.path.endsWith('.ts') && file.path.startsWith('src-') && !isTest(file.path),
    );
    const long = product
      .filter((file) => !exceptions[file.path])
      .flatMap((file) => longFunctions(file.path, file.text));
    expect(long).toEqual([]);
  });

  it('the list of exceptions names only files that exist', () => {
    const paths = new Set(tree.map((file) => file.path));
    expect(Object.keys(exceptions).filter((path) => !paths.has(path))).toEqual([]);
  });
});

describe('what the lock file holds', () => {
  const text = readFileSync(join(projectRoot, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, { version?: string; gypfile?: boolean }> };

  it('names no registry host', () => {
    expect(text.match(/"resolved":/g)).toBeNull();
  });

  it('has a version for every package, or npm ci refuses it', () => {
    const empty = Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.version);
    expect(empty.map(([path]) => path)).toEqual([]);
  });

  it('says that better-sqlite3 needs no compiler (decision 4; npm drops the word when it rewrites the lock)', () => {
    expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  });
});
