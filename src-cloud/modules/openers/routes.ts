import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AppError } from '#shared/base/errors.ts';
import {
  changeOpener,
  companyOpeners,
  createOpener,
  openerSound,
  orderOpeners,
  putOpenerSound,
  removeOpener,
} from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { OpenerService } from './service.ts';
import { OpenerSounds } from './sounds.ts';

const byteStream = 'application/octet-stream';

export function registerOpeners(app: FastifyInstance, registrar: Registrar, deps: CloudDeps): void {
  const [service, sounds] = [new OpenerService(deps), new OpenerSounds(deps)];
  app.addContentTypeParser(byteStream, (_request, payload, done) => done(null, payload));
  registrar.add(openerSound, async ({ scope, params, reply }) => {
    const { bytes, stream } = await sounds.read(scope, params.sha256);
    return reply.header('content-type', 'audio/wav').header('content-length', bytes).send(stream);
  });
  registrar.add(putOpenerSound, async ({ scope, params, request }) => {
    if (request.headers['content-type'] !== byteStream) throw new AppError('input.invalid', { reason: 'content-type' });
    return sounds.put(scope, params.sha256, request.body as Readable);
  });
  registrar.add(companyOpeners, async ({ scope }) => ({ openers: await service.list(scope) }));
  registrar.add(createOpener, ({ scope, origin, body }) => service.create({ scope, origin }, body));
  registrar.add(changeOpener, async ({ scope, origin, params, body }) => {
    await service.change({ scope, origin }, params.id, body);
    return {};
  });
  registrar.add(orderOpeners, async ({ scope, origin, body }) => {
    await service.order({ scope, origin }, body.ids);
    return {};
  });
  registrar.add(removeOpener, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
