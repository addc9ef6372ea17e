import type { z } from 'zod';
import type { RouteInput, RouteReply, RouteSpec } from '#shared/cloud-contract/contract.ts';
import type { CallContext } from '#shared/desk-contract/kit.ts';
import type { CloudClient } from '../../sync/index.ts';

/** What this feature needs of the cloud. */
export type CompanyCloud = Pick<CloudClient, 'call' | 'open'>;

type Part<R, Name extends string> = R extends { readonly [N in Name]: infer S extends z.ZodType }
  ? z.input<S>
  : unknown;
/** Params, query and body of a route side by side, as a command has them. */
type Flat<R extends RouteSpec> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'>;

type Passed<T extends Record<string, RouteSpec>> = {
  readonly [K in keyof T]: (input: Flat<T[K]>, context: CallContext) => Promise<RouteReply<T[K]>>;
};

/**
 * One handler per route: takes apart what the window sends as one object. Fields of its path and query are known by name,
 * the rest is the body; that each finds its place, and the reply fits, is checked by the types of the two contracts.
 */
export function passTo<T extends Record<string, RouteSpec>>(cloud: CompanyCloud, routes: T): Passed<T> {
  const handlers = Object.entries(routes).map(([name, route]) => [
    name,
    (input: Record<string, unknown>, { signal }: CallContext) =>
      cloud.call(route, takeApart(route, input) as RouteInput<RouteSpec>, signal),
  ]);
  return Object.fromEntries(handlers) as Passed<T>;
}

function takeApart(route: RouteSpec, input: Record<string, unknown>): Record<string, unknown> {
  const [params, query] = [fieldsOf(route.params), fieldsOf(route.query)];
  const pick = (wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== undefined && wanted(name)));
  return {
    ...(route.params ? { params: pick((name) => params.has(name)) } : {}),
    ...(route.query ? { query: pick((name) => query.has(name)) } : {}),
    ...(route.body ? { body: pick((name) => !params.has(name) && !query.has(name)) } : {}),
  };
}

const fieldsOf = (schema: z.ZodType | undefined): ReadonlySet<string> =>
  new Set(schema && 'shape' in schema ? Object.keys(schema.shape as object) : []);
