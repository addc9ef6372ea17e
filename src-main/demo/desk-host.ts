import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { SessionState } from '#shared/desk-contract/areas/session.ts';
import type { DeskClient } from '#shared/desk-contract/client.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract, type DeskContract } from '#shared/desk-contract/contract.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { createEngine, resourcesFolder, systemClock, systemRandom, type SampleOpener } from '#engine/index.ts';
import type { CreateDeskHost, Desk, DeskHost, DeskHostOptions } from '#main/host.ts';
import manifest from '../../package.json' with { type: 'json' };
import { DemoHost } from './demo-world.ts';

/** The desk that the shell opens first; the phone is plugged into it. Others are named after their account. */
const mainDesk = 'main';
/** One folder: no dots, no separators, and lower case, because some file systems know no other. */
const deskName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The composition root of an installation: desks, and the demo world that they may share. */
export const createDeskHost: CreateDeskHost = async (options) => createLocalDeskHost(options);

/** The same with its demo world in reach, for tests that pull its cables. */
export const createLocalDeskHost = (options: DeskHostOptions): LocalDeskHost => new LocalDeskHost(options);

export type { LocalDeskHost };

class LocalDeskHost implements DeskHost {
  readonly demo: DemoHost;
  private readonly options: DeskHostOptions;
  private readonly desks = new Map<string, Promise<Desk>>();
  /** Last sign-in by account: two clicks are one desk, signed in once. */
  private readonly signIns = new Map<string, Promise<void>>();
  private disposed = false;

  constructor(options: DeskHostOptions) {
    this.options = options;
    this.demo = new DemoHost(options.dataDir, options.logger);
  }

  openDesk(name: string): Promise<Desk> {
    if (this.disposed) return Promise.reject(new AppError('host.unavailable'));
    // It becomes the name of a folder.
    if (!deskName.test(name)) return Promise.reject(new AppError('input.invalid', { reason: 'desk-name' }));
    const known = this.desks.get(name);
    if (known) return known;
    const opening = this.start(name);
    this.desks.set(name, opening);
    // A desk that did not start is tried anew the next time.
    opening.catch(() => this.desks.delete(name));
    return opening;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    // A desk that is just starting may wait for the demo.
    this.demo.cloud.cancelStart();
    const desks = await Promise.allSettled(this.desks.values());
    this.desks.clear();
    for (const desk of desks) if (desk.status === 'fulfilled') await desk.value.dispose();
    await this.demo.dispose();
  }

  private start(name: string): Promise<Desk> {
    const { dataDir, shell, logger } = this.options;
    return createEngine({
      dataDir: join(dataDir, 'desks', name),
      version: manifest.version,
      clock: systemClock,
      randomBytes: systemRandom,
      logger: logger.child(name),
      shell,
      demo: this.demo.world,
      loopback: name === mainDesk ? () => this.demo.phone().loopback() : null,
      sampleOpener: readSampleOpener(),
      openDesk: (account) => this.showDeskOf(account),
    });
  }

  /** @param account of the demo; the engine has looked (session.openDesk). */
  private async showDeskOf(account: string): Promise<{ url: string | null }> {
    const desk = await this.openDesk(account);
    const before = this.signIns.get(account) ?? Promise.resolve();
    const signIn = before
      .then(() => signIntoDemo(desk, account))
      .catch((thrown: unknown) => {
        // The window opens all the same: it says what is wrong, and a person can sign in there.
        this.options.logger.log('warn', 'demo.not-signed-in', { problem: describeError(thrown) });
      });
    this.signIns.set(account, signIn);
    await signIn;
    return this.options.shell.showDesk(desk, account);
  }
}

/** Less than what the asking window waits (session.openDesk). */
const signInLimitMs = 20_000;

/** Does at the new desk what a person would: chooses the demo and signs in with the account's shown password. */
async function signIntoDemo(desk: Desk, account: string): Promise<void> {
  const [ours, theirs] = createMemoryPortPair();
  const served = desk.serve(theirs, { kind: 'in-process', id: 'demo' });
  const client = connect(deskContract, {
    openPort: () => Promise.resolve(ours),
    clock: systemClock,
    random: () => 0.5,
  });
  const limit = new AbortController();
  const timer = systemClock.after(signInLimitMs, () => limit.abort());
  try {
    const { phase } = await firstState(client, limit.signal);
    if (phase === 'signed-in') return;
    const { signal } = limit;
    await client.call('session.chooseEnvironment', { environment: 'demo' }, { signal });
    const { demoAccounts } = await firstState(client, signal);
    const known = demoAccounts.find((one) => one.account === account);
    if (!known) throw new AppError('not-found');
    await client.call('session.signIn', { account, password: known.password }, { signal });
  } finally {
    timer.dispose();
    client.dispose();
    served.dispose();
  }
}

/** What the desk says of its session now. */
function firstState(client: DeskClient<DeskContract>, signal: AbortSignal): Promise<SessionState> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AppError('deadline.exceeded')));
    client.listen('session.state', null, resolve, ({ code }) => reject(new AppError('internal', { code })));
  });
}

function readSampleOpener(): SampleOpener {
  const folder = join(resourcesFolder(), 'sounds');
  const voices = JSON.parse(readFileSync(join(folder, 'voices.json'), 'utf8')) as {
    file: string;
    role: string;
    title?: string;
    text: string;
  }[];
  const voice = voices.find(({ role }) => role === 'opener');
  if (!voice) throw new Error('resources/sounds has no opener');
  return { name: voice.title ?? '开场白', text: voice.text, wav: readFileSync(join(folder, voice.file)) };
}
