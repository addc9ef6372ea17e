import type { CloudDeps } from '#cloud/app/deps.ts';
import type { Desk } from './recorded-desk.ts';

/** A thing of the company: made twice, changed, put in order, listed, and removed. */
export async function madeAndRemoved(desk: Desk, url: string, body: object, change: object): Promise<void> {
  const [first, second] = [await desk.make(url, body), await desk.make(url, body)];
  await desk.ask(200, { method: 'PATCH', url: `${url}/${first}`, body: change });
  await desk.ask(200, { method: 'PUT', url: `${url}/order`, body: { ids: [second, first] } });
  await desk.ask(200, { url });
  for (const id of [first, second]) await desk.ask(200, { method: 'DELETE', url: `${url}/${id}` });
}

/** 话后结果: made, changed, refused and looked at. */
export async function outcomeWork(deps: CloudDeps, desk: Desk): Promise<void> {
  const url = '/v1/company/outcomes';
  const one = { id: deps.newId(), name: '示例', meaning: 'interested', active: true, requires: ['note'] };
  const put = (status: number, base: number, outcomes: object[]): Promise<string> =>
    desk.ask(status, { method: 'PUT', url, body: { base, mustChoose: true, outcomes } });
  await desk.ask(200, { url });
  await put(200, 0, [one]);
  await put(200, 1, [{ ...one, name: '示例二' }]);
  await put(409, 1, [one]);
  await put(422, 2, [{ ...one, id: deps.newId() }]);
  await desk.ask(200, { url });
}

/** 导出: who may, and what was exported, told twice under two operations. */
export async function exportWork({ newId }: Pick<CloudDeps, 'newId'>, desk: Desk): Promise<void> {
  const url = '/v1/company/export-rules';
  await desk.ask(200, { url });
  await desk.ask(200, { method: 'PUT', url, body: { agent: 'none', manager: 'masked', admin: 'full' } });
  const facts = { list: 'leads', place: 'library', rows: 1, format: 'xlsx', numbers: 'full', filters: ['search'] };
  const row = { id: newId(), ...facts, exportedAt: 1 };
  for (let time = 0; time < 2; time += 1) await desk.push('applied', { opId: newId(), type: 'export.add', row });
}

/** 号段: which table there is, and the table. */
export async function numberHeadsWork(desk: Desk): Promise<void> {
  const { file } = JSON.parse(await desk.ask(200, { url: '/v1/number-heads' })) as { file: { sha256: string } };
  await desk.ask(200, { url: `/v1/number-heads/${file.sha256}` });
}
