import { every } from '#shared/base/clock.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { beginNewHistory } from '../modules/changes/index.ts';
import { addCompany } from './add-company.ts';
import { backup, restore, type Said } from './backup-commands.ts';
import { readCommandLine, usage, type CommandLine } from './cloud-options.ts';
import { logToStderr } from './log.ts';
import { startCloud, type RunningCloud } from './start-cloud.ts';
import { systemClock } from './system.ts';

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  if (line.help) return void process.stdout.write(usage);
  const logger = logToStderr(line.logLevel);
  const { command } = line;
  if (command.do === 'backup') return say(await backup({ ...line, logger }, command.to));
  if (command.do === 'restore') return say(await restore({ ...line, logger }, command.from, command.moved));
  return serve(line, logger);
}

/** 3 = done, and not complete. */
function say({ text, complete }: Said): void {
  process.stdout.write(`${text}\n`);
  if (!complete) process.exitCode = 3;
}

async function serve(line: CommandLine, logger: Logger): Promise<void> {
  const { dataDir, host, port, sample, databaseUrl, bucket, secretKeys, numberHeads, trustedProxies, operations, drainDelayMs, keepChangesDays, keepAuditDays, numberCheck } = line; // prettier-ignore
  const starting = startCloud({
    ...{ dataDir, host, port, sample, drainDelayMs, keepChangesDays, keepAuditDays, numberCheck },
    logger,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(bucket ? { bucket } : {}),
    ...(secretKeys ? { secretKeys } : {}),
    ...(numberHeads ? { numberHeads } : {}),
    ...(trustedProxies ? { trustedProxies } : {}),
    ...(operations ? { operations } : {}),
  });
  closeOnSignals(starting);
  const cloud = await starting;
  if (line.restored) await beginNewHistory(cloud.deps);
  if (line.firstCompany) await createFirstCompany(cloud, line.firstCompany.name, line.firstCompany.admin);
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
