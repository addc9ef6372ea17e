import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { commonErrors, companyRoutes, type RouteSpec } from '#shared/cloud-contract/contract.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { companyArea } from '#shared/desk-contract/areas/company.ts';
import { borderCodes, type CommandSpec } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import { companyCommands, createCompany } from './index.ts';
import type { CompanyCloud } from './pass.ts';

const id = '019a0000-0000-7000-8000-000000000001';
type Asked = { readonly route: RouteSpec; readonly input: unknown; readonly signal: unknown };

function cloudThat(answer: () => Promise<unknown>): { cloud: CompanyCloud; asked: Asked[] } {
  const asked: Asked[] = [];
  const call = (route: RouteSpec, input: unknown, signal: unknown): Promise<unknown> => {
    asked.push({ route, input, signal });
    return answer();
  };
  return { cloud: { call } as CompanyCloud, asked };
}
const { signal } = createAbort();
/** The commands alone: of a desk that writes no file. */
const companyOf = (cloud: CompanyCloud) =>
  createCompany({
    cloud,
    context: { dataDir: '/nowhere' } as EngineContext,
    media: {} as MediaHandles,
    customersAt: (numbers) => new Map(numbers.slice(0, 1).map((number) => [number, '示例公司'])),
  });
const context = { peer: { kind: 'in-process', id: 'test' }, signal } as const;

describe('commands of administration', () => {
  const pairs = Object.entries(companyCommands).map(
    ([name, route]) =>
      [name, route as RouteSpec, companyArea.commands[name as keyof typeof companyCommands] as CommandSpec] as const,
  );

  it('are all routes of administration, each of them once', () => {
    // One is a file, and more than a question.
    const routes = [...Object.values<RouteSpec>(companyCommands), companyRoutes.exportAudit];
    expect(new Set(routes).size).toBe(routes.length);
    expect(Object.values<RouteSpec>(companyRoutes).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it.each(pairs)('%s may be refused with whatever its route is refused with', (_name, route, command) => {
    const told: readonly string[] = [...command.errors, ...borderCodes];
    expect([...route.errors, ...commonErrors].filter((code) => !told.includes(code))).toEqual([]);
  });

  it.each(pairs)('%s has a place in its route for each of its fields', (_name, route, command) => {
    const fields = (schema: unknown): string[] => Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});
    const places = [...fields(route.params), ...fields(route.query), ...fields(route.body)];
    expect(fields(command.in).sort()).toEqual(places.sort());
  });
});

describe('passing on', () => {
  it('says of a request whom this desk knows at the number', async () => {
    const rows = ['+8615400000137', '+8615400000138'].map((number) => ({ id, number }));
    const { cloud } = cloudThat(async () => ({ listings: rows, total: 2, waiting: { blacklist: 2, invalid: 0 } }));
    const answer = await companyOf(cloud).handlers['company.listings']({ list: 'blacklist', offset: 0, limit: 100 }, context); // prettier-ignore
    expect(answer.listings.map(({ customer }) => customer)).toEqual(['示例公司', null]);
    expect([answer.total, answer.waiting]).toEqual([2, { blacklist: 2, invalid: 0 }]);
  });

  it('puts each field into path, query or body, and leaves out what is not said', async () => {
    const { cloud, asked } = cloudThat(async () => ({}));
    const { handlers } = companyOf(cloud);
    await handlers['company.renameDepartment']({ id, name: '销售一部' }, context);
    await handlers['company.employees']({ search: undefined, offset: 0, limit: 100 }, context);
    await handlers['company.departments']({}, context);
    expect(asked.map(({ input }) => input)).toEqual([
      { params: { id }, body: { name: '销售一部' } },
      { query: { offset: 0, limit: 100 } },
      {},
    ]);
    expect(asked.every((one) => one.signal === signal)).toBe(true);
  });

  it('answers with what the cloud says, and refuses with what it refuses with', async () => {
    const { cloud } = cloudThat(async () => ({ id }));
    expect(await companyOf(cloud).handlers['company.createDepartment']({ name: 'x' }, context)).toEqual({ id });
    const refusing = cloudThat(async () => Promise.reject(new AppError('cloud.unreachable')));
    const refused = companyOf(refusing.cloud).handlers['company.createDepartment']({ name: 'x' }, context);
    await expect(refused).rejects.toMatchObject({ code: 'cloud.unreachable' });
  });
});
