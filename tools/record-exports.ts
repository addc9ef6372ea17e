import type { Desk } from './recorded-desk.ts';

/** 导出: who may, and what was exported, told twice under two operations. */
export async function exportWork({ newId }: { readonly newId: () => string }, desk: Desk): Promise<void> {
  const url = '/v1/company/export-rules';
  await desk.ask(200, { url });
  await desk.ask(200, { method: 'PUT', url, body: { agent: 'none', manager: 'masked', admin: 'full' } });
  const facts = { list: 'leads', place: 'library', rows: 1, format: 'xlsx', numbers: 'full', filters: ['search'] };
  const row = { id: newId(), ...facts, exportedAt: 1 };
  for (let time = 0; time < 2; time += 1) await desk.push('applied', { opId: newId(), type: 'export.add', row });
}
