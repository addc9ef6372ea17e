import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { cloudRoutes, pushOps, type CloudSession, type PushResult } from '#shared/cloud-contract/contract.ts';

/** The routes of the contract that were answered well, and the kinds of operations that were sent. */
const done = new Set<string>();
const routeAt = (method: string, path: string): string | undefined =>
  Object.entries(cloudRoutes).find(
    ([, route]) => route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(path),
  )?.[0];

export async function inject(app: FastifyInstance, request: InjectOptions): Promise<LightMyRequestResponse> {
  const reply = await app.inject(request);
  const { pathname } = new URL(String(request.url), 'http://cloud');
  const route = routeAt(request.method ?? 'GET', pathname);
  if (route !== undefined && reply.statusCode < 300) done.add(route);
  return reply;
}

/** What is not done here no later version is tried with. */
export function checkAllIsDone(): void {
  // A stream of events stays open, and asks for no more than a page of changes does.
  const routes = Object.entries(cloudRoutes).filter(([, { reply }]) => reply !== 'events').map(([name]) => name); // prettier-ignore
  const missing = [...routes, ...Object.keys(pushOps)].filter((name) => !done.has(name));
  if (missing.length > 0) throw new Error(`add to everything(): ${missing.join(', ')}`);
}

/** Somebody who asks a server, and notes what was answered well. */
export class Desk {
  private readonly app: FastifyInstance;
  readonly session: CloudSession;
  constructor(app: FastifyInstance, session: CloudSession) {
    this.app = app;
    this.session = session;
  }

  static async signIn(app: FastifyInstance, account: string, password: string, deviceId = 'd'): Promise<Desk> {
    const body = { account, password, deviceId, deviceName: 'd' };
    const reply = await inject(app, { method: 'POST', url: '/v1/auth/sign-in', body });
    return new Desk(app, reply.json<CloudSession>());
  }

  async ask(status: number, request: InjectOptions): Promise<string> {
    const headers = { ...request.headers, authorization: `Bearer ${this.session.accessToken}` };
    const reply = await inject(this.app, { ...request, headers });
    if (reply.statusCode !== status)
      throw new Error(`${JSON.stringify(request.url)}: ${reply.statusCode} ${reply.body}`);
    return reply.body;
  }

  /** @returns the id of what was made */
  async make(url: string, body: object): Promise<string> {
    return (JSON.parse(await this.ask(200, { method: 'POST', url, body })) as { id: string }).id;
  }

  async push(status: PushResult['status'], ...ops: object[]): Promise<void> {
    return this.pushFrom('d', status, ...ops);
  }

  async pushFrom(deviceId: string, status: PushResult['status'], ...ops: object[]): Promise<void> {
    const reply = await this.ask(200, { method: 'POST', url: '/v1/sync/push', body: { deviceId, ops } });
    if (!reply.includes(`"status":"${status}"`)) throw new Error(reply);
    if (status !== 'rejected') for (const op of ops) done.add((op as { type: string }).type);
  }
}

/** 号码检测: what is found, what still holds, what is asked for again, and a provider that is away. */
export async function checkWork(desk: Desk, leadId: string, numbers: readonly unknown[]): Promise<void> {
  const url = '/v1/number-checks';
  await desk.ask(200, { url });
  for (const [number, force] of [
    [numbers[0], false],
    [numbers[0], false],
    [numbers[0], true],
    [numbers[1], false],
  ])
    await desk.ask(200, { method: 'POST', url, body: { items: [{ leadId, number }], force } });
}

/** For how long people sign in offline; how long the recording is kept: held, released, and due. */
export async function keeping(desk: Desk, recordingId: string): Promise<void> {
  const recordings = '/v1/company/recordings';
  const hold = { url: `${recordings}/${recordingId}/hold` };
  await desk.ask(200, { method: 'PUT', ...hold, body: { reason: '示例' } });
  await desk.ask(200, { url: `${recordings}/holds` });
  await desk.ask(200, { method: 'DELETE', ...hold });
  await desk.ask(200, { url: '/v1/company/offline-sign-in' });
  await desk.ask(200, { method: 'PUT', url: '/v1/company/offline-sign-in', body: { days: 3 } });
  await desk.ask(200, { method: 'PUT', url: `${recordings}/rule`, body: { keepDays: 1 } });
  await desk.ask(200, { url: `${recordings}/rule?keepDays=7` });
}
