import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

export const projectRoot = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Path from the project root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A file of the project (path from the root), an npm package name, or a Node builtin (`node:fs`). */
  readonly target: string;
  readonly kind: 'file' | 'package' | 'node';
  readonly typeOnly: boolean;
}

const sourceRoots = [
  'src-shared',
  'src-main',
  'src-preload',
  'src-renderer',
  'src-cloud',
  'src-simulator',
  'tests',
  'bench',
  'tools',
];
const builtins = new Set(builtinModules);

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (/\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path;
  }
}

const scriptOf = (path: string, text: string): string =>
  path.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((hit) => hit[1]).join('\n')
    : text;

function importsOf(path: string, text: string, aliases: Record<string, string>): Import[] {
  const script = scriptOf(path, text);
  const typeOnly = new Set(
    [...script.matchAll(/^\s*(?:import|export)\s+type\s[^;]*?from\s+['"]([^'"]+)['"]/gm)].map((hit) => hit[1]),
  );
  return ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => {
    const base = { typeOnly: typeOnly.has(fileName) };
    if (fileName.startsWith('.'))
      return {
        ...base,
        kind: 'file',
        target: relative(projectRoot, resolve(dirname(path), fileName))
          .split(sep)
          .join('/'),
      };
    const alias = Object.keys(aliases).find((key) => fileName.startsWith(key));
    if (alias) return { ...base, kind: 'file', target: fileName.replace(alias, aliases[alias] ?? '') };
    if (fileName.startsWith('node:') || builtins.has(fileName)) return { ...base, kind: 'node', target: fileName };
    const parts = fileName.split('/');
    return {
      ...base,
      kind: 'package',
      target: fileName.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? ''),
    };
  });
}

/** Every TypeScript and Vue file of the project with what it imports. */
export function readSourceTree(): SourceFile[] {
  const { imports } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  const aliases = Object.fromEntries(
    Object.entries(imports).map(([key, value]) => [key.replace('*', ''), value.replace('./', '').replace('*', '')]),
  );
  return sourceRoots.flatMap((root) =>
    [...walk(join(projectRoot, root))].map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: relative(projectRoot, path).split(sep).join('/'), text, imports: importsOf(path, text, aliases) };
    }),
  );
}

export const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || /^(tests|bench)\//.test(path) || path.includes('/testing/');
