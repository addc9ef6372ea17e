import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { createEngine, resourcesFolder, systemClock, systemRandom, type SampleOpener } from '#engine/index.ts';
import type { CreateDeskHost, Desk, DeskHost, DeskHostOptions } from '#main/host.ts';
import manifest from '../../package.json' with { type: 'json' };
import { DemoHost } from './demo-world.ts';

/** The desk that the shell opens first; the phone is plugged into it. Others are named after their account. */
const mainDesk = 'main';

/** The composition root of an installation: desks, and the demo world that they may share. */
export const createDeskHost: CreateDeskHost = async (options) => createLocalDeskHost(options);

/** The same with its demo world in reach, for tests that pull its cables. */
export const createLocalDeskHost = (options: DeskHostOptions): LocalDeskHost => new LocalDeskHost(options);

export type { LocalDeskHost };

class LocalDeskHost implements DeskHost {
  readonly demo: DemoHost;
  private readonly options: DeskHostOptions;
  private readonly desks = new Map<string, Promise<Desk>>();

  constructor(options: DeskHostOptions) {
    this.options = options;
    this.demo = new DemoHost(options.dataDir, options.logger);
  }

  openDesk(name: string): Promise<Desk> {
    const open = this.desks.get(name) ?? this.start(name);
    this.desks.set(name, open);
    // A desk that did not start is tried anew the next time.
    open.catch(() => this.desks.delete(name));
    return open;
  }

  async dispose(): Promise<void> {
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

  private async showDeskOf(account: string): Promise<{ url: string | null }> {
    const name = account.replace(/[^a-z0-9-]/gi, '_');
    const desk = await this.openDesk(name);
    await signIntoDemo(desk, account);
    return this.options.shell.showDesk(desk, name);
  }
}

/** Does at the new desk what a person would: chooses the demo and signs in with the account's shown password. */
async function signIntoDemo(desk: Desk, account: string): Promise<void> {
  const [ours, theirs] = createMemoryPortPair();
  const served = desk.serve(theirs, { kind: 'in-process', id: 'demo' });
  const client = connect(deskContract, {
    openPort: () => Promise.resolve(ours),
    clock: systemClock,
    random: () => 0.5,
  });
  try {
    const state = await new Promise<{ phase: string }>((resolve) => client.listen('session.state', null, resolve));
    if (state.phase === 'signed-in') return;
    await client.call('session.chooseEnvironment', { environment: 'demo' });
    const password = await new Promise<string>((resolve, reject) => {
      client.listen('session.state', null, ({ phase, demoAccounts }) => {
        const known = demoAccounts.find((one) => one.account === account);
        if (known) resolve(known.password);
        else if (phase === 'signed-out') reject(new AppError('not-found'));
      });
    });
    await client.call('session.signIn', { account, password });
  } finally {
    client.dispose();
    served.dispose();
  }
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
