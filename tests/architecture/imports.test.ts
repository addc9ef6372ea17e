import { describe, expect, it } from 'vitest';
import { isTest, readSourceTree, type SourceFile } from './source-tree.ts';

/**
 * Who may import whom (docs/architecture.md). A room is the longest prefix of a path in this table; it may import
 * itself, the rooms listed, and the npm packages and Node builtins listed. A package that is not listed is refused on
 * purpose: a new dependency has to say where it may run.
 */
interface Room {
  readonly may: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

const contracts = ['src-shared/base', 'src-shared/domain', 'src-shared/desk-contract'];
const shellMay = [
  'src-shared/base',
  'src-shared/desk-contract',
  'src-main/host.ts',
  'src-main/shell',
  'src-main/engine/index.ts',
  'src-main/demo/desk-host.ts',
];

const rooms: Record<string, Room> = {
  'src-shared/base': { may: [], packages: [], node: false },
  'src-shared/domain': { may: ['src-shared/base'], packages: [], node: false },
  'src-shared/company': { may: ['src-shared/base', 'src-shared/domain'], packages: ['zod'], node: false },
  'src-shared/desk-contract': {
    may: ['src-shared/base', 'src-shared/domain', 'src-shared/company'],
    packages: ['zod'],
    node: false,
  },
  'src-shared/cloud-contract': {
    may: ['src-shared/base', 'src-shared/domain', 'src-shared/company'],
    packages: ['zod'],
    node: false,
  },
  'src-main/engine': {
    // host.ts holds the types of the seam between engine and shell, and nothing else.
    may: [...contracts, 'src-shared/cloud-contract', 'src-main/host.ts'],
    packages: [
      'better-sqlite3', 'serialport', 'node-hid', 'axios', 'eventsource-parser', 'zod', 'mpg123-decoder', '@node-rs/argon2', 'pinyin-pro',
      'fflate', 'saxen', 'write-excel-file',
    ], // prettier-ignore
    node: true,
  },
  'src-main/shell': { may: ['src-shared/base', 'src-main/host.ts'], packages: [], node: true },
  'src-main/host.ts': { may: ['src-shared/base', 'src-shared/desk-contract'], packages: [], node: false },
  'src-main/station': {
    may: shellMay,
    packages: ['ws', 'open', 'zod'],
    node: true,
  },
  'src-main/electron': {
    may: shellMay,
    packages: ['electron'],
    node: true,
  },
  'src-main/demo': {
    may: [
      'src-shared/base',
      'src-shared/desk-contract',
      'src-main/host.ts',
      'src-main/engine/index.ts',
      'src-simulator/phone/phone.ts',
      'src-simulator/network/voices.ts',
      'src-cloud/main/start-cloud.ts',
      'src-cloud/main/sample-company.ts',
    ],
    packages: [],
    node: true,
  },
  'src-preload': { may: [], packages: ['electron'], node: false },
  'src-renderer': {
    may: contracts,
    packages: [
      'vue',
      'pinia',
      'vue-router',
      'vue-i18n',
      'element-plus',
      '@element-plus/icons-vue',
      '@tanstack/vue-virtual',
      'zod',
    ],
    node: false,
  },
  'src-renderer/telephony': { may: ['src-shared/base', 'src-shared/domain'], packages: ['sip.js'], node: false },
  'src-cloud': {
    may: ['src-shared/base', 'src-shared/domain', 'src-shared/cloud-contract'],
    packages: [
      'fastify', '@fastify/swagger', 'fastify-type-provider-zod', 'kysely', 'pg', '@node-rs/argon2', 'jose', 'zod',
      'prom-client', 'pg-copy-streams', 'aws4fetch',
    ], // prettier-ignore
    node: true,
  },
  'src-simulator': { may: ['src-shared/base', 'src-main/engine/devices/face.ts'], packages: [], node: true },
};

const roomOf = (path: string): string | undefined =>
  Object.keys(rooms)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

const inRoom = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

/** `src-main/engine/features/calls` for a file in it; the same for the renderer and the cloud's modules. */
const featureOf = (path: string): string | undefined =>
  /^(src-main\/engine\/features\/[^/]+|src-renderer\/features\/[^/]+|src-cloud\/modules\/[^/]+)\//.exec(path)?.[1];

const tree = readSourceTree();
const product = tree.filter((file) => !isTest(file.path) && roomOf(file.path));

function* forbidden(file: SourceFile): Generator<string> {
  const name = roomOf(file.path) ?? '';
  const room = rooms[name];
  if (!room) return;
  for (const { kind, target } of file.imports) {
    if (kind === 'node' && !room.node) yield `${file.path} uses ${target}: ${name} runs without Node`;
    if (kind === 'package' && !room.packages.includes(target))
      yield `${file.path} uses the package ${target}: not on the list of ${name}`;
    if (kind !== 'file' || inRoom(target, name) || target.endsWith('package.json')) continue;
    if (!room.may.some((allowed) => inRoom(target, allowed))) yield `${file.path} imports ${target}: ${name} may not`;
  }
}

describe('import rules', () => {
  it('every source file belongs to a room', () => {
    const homeless = tree.filter((file) => !isTest(file.path) && file.path.startsWith('src-') && !roomOf(file.path));
    expect(homeless.map((file) => file.path)).toEqual([]);
  });

  it('rooms import only what the table allows', () => {
    expect(product.flatMap((file) => [...forbidden(file)])).toEqual([]);
  });

  it('no room is allowed more than it uses', () => {
    const spare = Object.entries(rooms).flatMap(([name, room]) => {
      const used = product.filter((file) => roomOf(file.path) === name).flatMap((file) => file.imports);
      const idle = room.may.filter(
        (allowed) => !used.some(({ kind, target }) => kind === 'file' && inRoom(target, allowed)),
      );
      const unused = room.packages.filter((allowed) => !used.some(({ target }) => target === allowed));
      return [...idle, ...unused].map((what) => `${name}: ${what}`);
    });
    expect(spare).toEqual([]);
  });

  it('electron is imported in the Electron shell and the preload alone, and never by a test but through the fake', () => {
    const users = tree.filter((file) => file.imports.some((one) => one.target === 'electron' && !one.typeOnly));
    const strays = users.filter((file) => !/^(src-main\/electron|src-preload)\//.test(file.path));
    expect(strays.map((file) => file.path)).toEqual([]);
  });

  it('a feature reaches another feature only through its index.ts', () => {
    const strays = product.flatMap((file) =>
      file.imports
        .filter(({ kind, target }) => {
          const other = kind === 'file' ? featureOf(target) : undefined;
          return other !== undefined && other !== featureOf(file.path) && target !== `${other}/index.ts`;
        })
        .map(({ target }) => `${file.path} -> ${target}`),
    );
    expect(strays).toEqual([]);
  });

  it('nothing reads outside the project', () => {
    const strays = tree.flatMap((file) =>
      file.imports.filter(({ target }) => target.startsWith('..')).map(({ target }) => `${file.path} -> ${target}`),
    );
    expect(strays).toEqual([]);
    expect(tree.filter((file) => /\.\.\/shared\//.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('there are no import cycles', () => {
    expect(findCycles(product)).toEqual([]);
  });
});

/** Depth-first search; returns each cycle once, as "a -> b -> a". Imports of types alone count: they tie rooms too. */
function findCycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [file.path, file.imports.filter((one) => one.kind === 'file').map((one) => one.target)]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(path);
    if (seen >= 0) cycles.push([...trail.slice(seen), path].join(' -> '));
    if (seen >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) if (edges.has(next)) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return cycles;
}
