import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '#shared/base/errors.ts';
import { hasRight } from '#shared/domain/company-rights.ts';
import { openerClip } from '#shared/domain/opener.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { openStore, type FileStore } from '../../storage/index.ts';
import { clipMs, mostClipBytes } from './clip.ts';
import * as repository from './repository.ts';

/** The sounds of company openers, by the hash of their content. The purge of recordings knows nothing of them. */
export class OpenerSounds {
  private readonly deps: CloudDeps;
  private readonly store: FileStore;

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.store = openStore(deps);
  }

  /**
   * Takes a sound that an opener is to name; one that is here already is only measured.
   * Throws `opener.sound-damaged` (not the hash that was promised), `opener.not-audio`, `opener.too-long`,
   * `opener.too-short`, `disk.full`, `cloud.unreachable`.
   */
  async put({ companyId }: Scope, sha256: string, sent: Readable): Promise<{ durationMs: number }> {
    const file = await readWhole(sent);
    if (createHash('sha256').update(file).digest('hex') !== sha256) throw new AppError('opener.sound-damaged');
    const [durationMs, bytes] = [clipMs(file), file.length];
    const { db, clock, newId, recordingsDir } = this.deps;
    // As an upload under way is called: what a server that dies leaves behind is swept with those.
    const part = join(recordingsDir, companyId, `${newId()}.part`);
    await writePart(part, file);
    try {
      await writeCompany(db, companyId, clock.now(), async (tx) => {
        await repository.putSound(tx, { companyId, sha256, bytes, durationMs, storedAt: clock.now() });
        if ((await this.store.size(companyId, sha256)) !== bytes)
          await this.store.take(companyId, sha256, part, sha256);
      });
    } finally {
      await rm(part, { force: true });
    }
    return { durationMs };
  }

  /** Throws `not-found` also for sounds of which no opener is for this person. */
  async read(scope: Scope, sha256: string): Promise<{ bytes: number; stream: Readable }> {
    const { companyId, role } = scope;
    const any = hasRight(role, 'openers.write');
    const sound = await readCompany(this.deps.db, companyId, (reader) =>
      repository.soundFor(reader, scope, sha256, any),
    );
    if (!sound || (await this.store.size(companyId, sha256)) !== sound.bytes) throw new AppError('not-found');
    return { bytes: sound.bytes, stream: await this.store.read(companyId, sha256, 0, sound.bytes - 1) };
  }
}

async function readWhole(sent: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of sent as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > mostClipBytes) throw new AppError('opener.too-long', { max: openerClip.maxMs / 1000 });
      parts.push(chunk);
    }
  } catch (error) {
    // The sender went away in the middle: nothing of it was written.
    throw error instanceof AppError ? error : new AppError('opener.sound-damaged', {}, error);
  }
  return Buffer.concat(parts);
}

async function writePart(path: string, file: Buffer): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(file);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('disk.full', {}, error);
    throw error;
  }
}
