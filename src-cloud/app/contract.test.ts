import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isErrorCode } from '#shared/base/errors.ts';
import {
  cloudRoutes,
  commonErrors,
  contractHistory,
  contractVersion,
  pushOps,
  statusOf,
} from '#shared/cloud-contract/contract.ts';
import type { RouteSpec } from '#shared/cloud-contract/contract.ts';
import { openApiText } from './openapi.ts';

const routes: [string, RouteSpec][] = Object.entries(cloudRoutes);

function wireHash(): string {
  const shape = (part: RouteSpec['reply'] | undefined, io: 'input' | 'output') =>
    part === undefined || typeof part === 'string'
      ? (part ?? null)
      : z.toJSONSchema(part, { io, unrepresentable: 'any' });
  const wire = routes
    .map(([, route]) => [
      `${route.method} ${route.path} ${route.auth}`,
      shape(route.params, 'input'),
      shape(route.query, 'input'),
      shape(route.body, 'input'),
      shape(route.reply, 'output'),
      Object.entries(route.events ?? {}).map(([name, data]) => [name, shape(data, 'output')]),
      [...route.errors, ...commonErrors].map((code) => `${code} ${statusOf(code)}`).sort(),
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const ops = Object.entries(pushOps).map(([type, { row, errors }]) => [type, shape(row, 'input'), [...errors].sort()]);
  return createHash('sha256')
    .update(JSON.stringify([wire, ops]))
    .digest('hex')
    .slice(0, 16);
}

describe('cloud contract', () => {
  it('changes on the wire only on purpose: the last line of its history has the hash of the schemas', () => {
    expect(contractHistory.at(-1)).toMatchObject({ version: contractVersion, hash: wireHash() });
    expect(new Set(contractHistory.map((line) => line.hash)).size).toBe(contractHistory.length);
  });

  it('docs/openapi.json is what the contract says (npm exec -- node tools/openapi.ts writes it)', async () => {
    const written = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(written)).toEqual(JSON.parse(await openApiText()));
  });

  it('the document holds every route, with every declared error under its status', async () => {
    const { paths } = JSON.parse(await openApiText()) as {
      paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
    };
    for (const [name, route] of routes) {
      const operation = paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      for (const code of route.errors)
        expect(operation?.responses[statusOf(code)]?.description, `${name} ${code}`).toContain(code);
    }
  });

  it('the document holds every operation of a push, with what it may be rejected with', async () => {
    const { components } = JSON.parse(await openApiText()) as {
      components: { schemas: Record<string, { description: string }> };
    };
    for (const [type, { errors }] of Object.entries(pushOps))
      for (const code of errors) expect(components.schemas[`push.${type}`]?.description, type).toContain(code);
  });

  it('every declared code is in the registry and has a 4xx or 507 status of its own', () => {
    for (const [name, route] of routes)
      for (const code of route.errors) {
        expect(isErrorCode(code), name).toBe(true);
        expect(statusOf(code) < 500 || statusOf(code) === 507, `${name} ${code}`).toBe(true);
      }
  });
});
