import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { every } from '#shared/base/clock.ts';
import { describeError } from '#shared/base/errors.ts';
import { createLogger } from '#shared/base/logger.ts';
import { beginNewHistory } from '../modules/changes/index.ts';
import { addCompany } from './add-company.ts';
import { startCloud, type RunningCloud } from './start-cloud.ts';
import { systemClock } from './system.ts';

const usage = `npm run cloud -- [options]

Starts a Jinhu cloud. Without DATABASE_URL it runs a PostgreSQL of its own in its data folder.

  --host HOST            address to listen on            (env HOST, default 127.0.0.1)
  --port PORT            port, 0 = any free one          (env PORT, default 7460)
  --data DIR             data folder                     (env JINHU_CLOUD_DATA, default ~/.jinhu-cloud)
  --database-url URL     another PostgreSQL, 15 or newer (env DATABASE_URL)
  --trust-proxy LIST     believe X-Forwarded-For from these addresses or networks, comma-separated
                                                         (env TRUST_PROXY, default none)
  --sample               put the sample company there, once
  --create-company NAME  create a company ...
  --admin ACCOUNT        ... and its first administrator; prints a password once
  --restored             after restoring a backup: tells every desk to read everything anew
  --verbose              log every request
  --help
`;

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
  'trust-proxy': { type: 'string' },
  sample: { type: 'boolean' },
  'create-company': { type: 'string' },
  admin: { type: 'string' },
  restored: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  if (Boolean(values['create-company']) !== Boolean(values.admin))
    throw new Error('--create-company and --admin belong together');
  const port = Number(values.port ?? process.env['PORT'] ?? 7460);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port: 0 to 65535');
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  const trustedProxies = values['trust-proxy'] ?? process.env['TRUST_PROXY'];
  const write = (line: string): void => {
    if (values.verbose || !line.includes('"level":"debug"')) process.stderr.write(`${line}\n`);
  };
  const starting = startCloud({
    dataDir: values.data ?? process.env['JINHU_CLOUD_DATA'] ?? join(homedir(), '.jinhu-cloud'),
    host: values.host ?? process.env['HOST'] ?? '127.0.0.1',
    port,
    sample: values.sample ?? false,
    logger: createLogger(write, () => systemClock.now()),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(trustedProxies ? { trustedProxies } : {}),
  });
  closeOnSignals(starting);
  const cloud = await starting;
  if (values.restored) await beginNewHistory(cloud.deps);
  if (values['create-company'] && values.admin) await createFirstCompany(cloud, values['create-company'], values.admin);
  process.stdout.write(`Jinhu cloud: ${cloud.url}\n`);
}

async function createFirstCompany(cloud: RunningCloud, name: string, account: string): Promise<void> {
  const password = await addCompany(cloud.deps, name, account);
  process.stdout.write(
    password === null
      ? `Account ${account} exists already; nothing was created.\n`
      : `Company ${name} created. Account: ${account}  Password (shown once): ${password}\n`,
  );
}

/** The first signal ends in order, also in the middle of a start (else our database would run on); a second one at once. */
function closeOnSignals(starting: Promise<RunningCloud>): void {
  let closing = false;
  const onSignal = (): void => {
    if (closing) process.exit(1);
    closing = true;
    const closed = starting.then((cloud) => cloud.close());
    closed.then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  // npm passes SIGTERM to the shell between us, which dies of it and tells nobody.
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === 'cloud')
    every(systemClock, 250, () => {
      if (process.ppid !== parent && !closing) onSignal();
    });
}

function fail(error: unknown): never {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}

main().catch(fail);
