import { AppError } from '#shared/base/errors.ts';
import { numberHeads, numberHeadsFile } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';

/** The same table for every company: it is the operator's. */
export function registerNumberHeads(registrar: Registrar, { numberHeads: file }: Pick<CloudDeps, 'numberHeads'>): void {
  registrar.add(numberHeads, async () => {
    if (!file) return { file: null };
    const { sha256, version, rows, bytes } = file;
    return { file: { sha256, version, rows, bytes: bytes.length } };
  });
  registrar.add(numberHeadsFile, async ({ params, reply }) => {
    // Asked for of another server of this cloud, which has been given another one.
    if (params.sha256 !== file?.sha256) throw new AppError('not-found');
    return reply.header('content-type', 'application/octet-stream').send(file.bytes);
  });
}
